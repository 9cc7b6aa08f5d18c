// element makes an element. Children are nodes or texts, which are never read as HTML:
// messages and values can hold anything.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== false && value != null) made.setAttribute(key, value)
  }
  made.append(...children.filter(child => child != null && child !== false))
  return made
}

// byID returns the element with an id.
export const byID = id => document.getElementById(id)

// plural returns a number with what is counted.
export const plural = (number, what) => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
