// The worker runs the engine. The first message names it; each other one is a question.
self.onmessage = ({data}) => {
  if (data.module) return start(data.module, data.script)
  self.postMessage({id: data.id, answer: self.stellarCall(data.method, data.parameters)})
}

async function start(module, script) {
  try {
    importScripts(script)
    self.stellarReady = () => self.postMessage({ready: true})
    const go = new self.Go()
    const instance = await WebAssembly.instantiate(module, go.importObject)
    await go.run(instance)
    self.postMessage({failed: 'the engine has ended'})
  } catch (error) {
    self.postMessage({failed: String(error)})
  }
}
