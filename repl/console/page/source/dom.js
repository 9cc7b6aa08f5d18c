// element makes an element. Children are nodes or texts, which are never read as HTML:
// messages and values can hold anything.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== false && value != null) made.setAttribute(key, value)
  }
  made.append(...children.filter(child => child != null && child !== false).map(child => typeof child === 'string' ? visible(child) : child))
  return made
}

// Characters that are not seen, or change the order or the look of others: controls but
// for tabs and ends of lines, and those of the direction and of the joining of text.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

// visible returns a text with escapes in the place of what would be obeyed, not shown.
export const visible = text => text.replace(hidden, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

// byID returns the element with an id.
export const byID = id => document.getElementById(id)

// plural returns a number with what is counted.
export const plural = (number, what) => `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
