// What is typed can be held by the fragment of the address, which no server is sent:
//
//   #s1=   base64url of a JSON object, compressed by deflate: m the mode, e the text,
//          d the messages, i the number of the chosen one
//   #e=    an expression, #d= the messages, both percent-encoded, for links made by hand

// Bounds of what comes from an address.
const longestFragment = 32 << 10
const longestText = 256 << 10

// fragmentOf returns the fragment that holds a state, or throws if it does not fit.
export async function fragmentOf({mode, text, messages, at}) {
  const json = new TextEncoder().encode(JSON.stringify({m: mode, e: text, d: messages, i: at}))
  if (json.length > longestText) throw new Error('it is too long for a link')
  const packed = await pass(json, new CompressionStream('deflate-raw'), Infinity)
  const fragment = `#s1=${base64(packed)}`
  if (fragment.length > longestFragment) throw new Error('it is too long for a link')
  return fragment
}

// stateOf returns the state that a fragment holds, null if it holds none, or throws if it
// cannot be read.
export async function stateOf(fragment) {
  try {
    return await stateIn(fragment)
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Error('a part of it is missing, or was changed') // browsers have other words for it
  }
}

// Refused is the error of links that could be read, but are not taken.
class Refused extends Error {}

async function stateIn(fragment) {
  if (fragment.length > 2 * longestText) throw new Refused('it is too long')
  if (fragment.startsWith('#s1=')) {
    const json = await pass(bytes(fragment.slice(4)), new DecompressionStream('deflate-raw'), longestText)
    const {m, e, d, i} = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(json))
    if (!['expression', 'rules'].includes(m) || typeof e !== 'string' || typeof d !== 'string') throw new Refused('it holds something else')
    return {mode: m, text: e, messages: d, at: Number.isSafeInteger(i) && i >= 0 ? i : 0}
  }
  const values = Object.fromEntries(fragment.slice(1).split('&').map(pair => {
    const end = pair.indexOf('=')
    return [pair.slice(0, end), decodeURIComponent(pair.slice(end + 1))]
  }))
  if (values.e === undefined && values.d === undefined) return null
  return {mode: 'expression', text: values.e ?? '', messages: values.d ?? '', at: 0}
}

// pass returns what comes out of a stream, up to so many bytes.
async function pass(input, transform, most) {
  const reader = new Blob([input]).stream().pipeThrough(transform).getReader()
  const parts = []
  let size = 0
  for (;;) {
    const {done, value} = await reader.read()
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer())
    size += value.length
    if (size > most) {
      await reader.cancel()
      throw new Refused('it holds too much')
    }
    parts.push(value)
  }
}

function base64(data) {
  let text = ''
  for (const byte of data) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
}
