// An engine answers questions: call(method, parameters) returns a promise of the answer.
// There are two: the server that the page came from, and the engine in workers of the page.

// Stopped is the error of a call that took too long, or that the person has stopped.
export class Stopped extends Error {}

// connect returns the engine of the page. A folder of static files has engine.json, which
// names the files of the engine; a server answers it with {"server": true}.
export async function connect(report) {
  const response = await fetch('engine.json')
  if (!response.ok) throw new Error(`engine.json: ${response.status} ${response.statusText}`)
  const description = await response.json()
  return description.server ? new ServerEngine() : WorkerEngine.load(description, report)
}

class ServerEngine {
  constructor() {
    this.isServer = true
    const token = new URLSearchParams(location.hash.slice(1)).get('token')
    if (token) {
      sessionStorage.setItem('token', token)
      history.replaceState(null, '', location.pathname)
    }
    this.token = sessionStorage.getItem('token')
    this.running = new Set()
  }

  async call(method, parameters) {
    const controller = new AbortController()
    if (isRun(method)) this.running.add(controller)
    const headers = {'Content-Type': 'application/json'}
    if (this.token) headers.Authorization = `Bearer ${this.token}`
    try {
      const response = await fetch(`api/${method}`, {method: 'POST', headers, body: JSON.stringify(parameters), signal: controller.signal})
      const answer = await response.json().catch(() => ({error: `the server answers ${response.status} ${response.statusText}`}))
      if (response.status === 408) throw new Stopped(answer.error)
      if (!response.ok) throw new Error(answer.error)
      return answer
    } catch (error) {
      if (error.name === 'AbortError') throw new Stopped('stopped')
      if (error instanceof TypeError) throw new Error('the server does not answer: is stellar serve still running?')
      throw error
    } finally {
      this.running.delete(controller)
    }
  }

  stop() {
    for (const controller of this.running) controller.abort()
  }
}

// isRun reports whether a method evaluates, and so may take long.
const isRun = method => method === 'run' || method === 'sample' || method === 'test'

// The longest that a question may take in a worker, in milliseconds: an evaluation, and
// what is asked while one types. Nothing but the end of the worker can interrupt it.
const runPatience = 2000
const editPatience = 20000

// WorkerEngine has two workers, so that typing stays quick while a sample is run over.
class WorkerEngine {
  static async load(description, report) {
    const source = await bytesOf(description.engine, report)
    const module = await WebAssembly.compile(source)
    const engine = new WorkerEngine()
    engine.editing = new EngineWorker(module, description.script, editPatience)
    engine.running = new EngineWorker(module, description.script, runPatience)
    await engine.editing.ready
    return engine
  }

  call(method, parameters) {
    return (isRun(method) ? this.running : this.editing).call(method, parameters)
  }

  stop() {
    this.running.restart('stopped')
  }
}

// EngineWorker is a worker with an engine, and another one after it was ended.
class EngineWorker {
  constructor(module, script, patience) {
    this.patience = patience
    this.module = module
    this.script = script
    this.pending = new Map()
    this.last = 0
    this.start()
  }

  start() {
    this.worker = new Worker('worker.js')
    this.ready = new Promise((resolve, reject) => {
      this.worker.onmessage = ({data}) => {
        if (data.ready) return resolve()
        if (data.failed) return reject(new Error(data.failed))
        const asked = this.pending.get(data.id)
        if (!asked) return
        this.pending.delete(data.id)
        clearTimeout(asked.timer)
        const answer = JSON.parse(data.answer)
        if (answer.error) asked.reject(new Error(answer.error))
        else asked.resolve(answer.result)
        this.watch()
      }
      this.worker.onerror = event => reject(new Error(event.message || 'the worker cannot be loaded'))
    })
    this.worker.postMessage({module: this.module, script: this.script})
  }

  async call(method, parameters) {
    await this.ready
    return new Promise((resolve, reject) => {
      const id = ++this.last
      this.pending.set(id, {resolve, reject})
      this.worker.postMessage({id, method, parameters: JSON.stringify(parameters)})
      if (this.pending.size === 1) this.watch()
    })
  }

  // watch ends the worker if the question that it is at takes too long.
  watch() {
    const [asked] = this.pending.values()
    if (asked) asked.timer = setTimeout(() => this.restart(`stopped after ${this.patience / 1000} s`), this.patience)
  }

  restart(reason) {
    this.worker.terminate()
    for (const asked of this.pending.values()) {
      clearTimeout(asked.timer)
      asked.reject(new Stopped(reason))
    }
    this.pending.clear()
    this.start()
  }
}

// bytesOf returns the bytes of a file that is compressed by gzip, unless the server has
// unpacked it. It reports how much has come.
async function bytesOf(name, report) {
  const response = await fetch(name)
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`)
  const total = Number(response.headers.get('Content-Length')) || 0
  const parts = []
  let size = 0
  for (const reader = response.body.getReader(); ;) {
    const {done, value} = await reader.read()
    if (done) break
    parts.push(value)
    size += value.length
    if (total && size <= total) report(size / total)
  }
  const blob = new Blob(parts)
  const begin = new Uint8Array(await blob.slice(0, 2).arrayBuffer())
  const isPacked = begin[0] === 0x1f && begin[1] === 0x8b
  const stream = isPacked ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob.stream()
  return new Response(stream).arrayBuffer()
}
