// What pages of the console do by themselves. Without it they are loaded again, and the
// token is typed.
'use strict'

// A link with the token in its fragment, which is never sent: the form sends it once.
const login = document.getElementById('login')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token !== null) {
  history.replaceState(null, '', location.pathname + location.search)
  if (login) {
    login.elements.token.value = token
    login.requestSubmit()
  }
}

// Parts of the page that are marked as live are fetched again. What has not changed is
// left alone, and so is what is being selected; what had the focus has it again.
const every = Number(document.body.dataset.liveEvery)

function replace(old, next) {
  if (old.innerHTML === next.innerHTML) return
  const selection = getSelection()
  if (!selection.isCollapsed && old.contains(selection.anchorNode)) return
  const opened = [...old.querySelectorAll('details')].map(details => details.open)
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const likeFocused = focused && [...old.querySelectorAll(focused.localName)].indexOf(focused)
  const scrolls = [...old.querySelectorAll('.scroll')].map(area => area.scrollLeft)
  const atEnd = old.scrollTop + old.clientHeight >= old.scrollHeight - 4
  old.replaceChildren(...next.childNodes)
  if (atEnd) old.scrollTop = old.scrollHeight
  old.querySelectorAll('details').forEach((details, n) => { details.open = opened[n] ?? false })
  old.querySelectorAll('.scroll').forEach((area, n) => { area.scrollLeft = scrolls[n] ?? 0 })
  if (focused) {
    const all = [...old.querySelectorAll(focused.localName)]
    const same = focused.href ? all.find(link => link.href === focused.href) : all[likeFocused]
    same?.focus({preventScroll: true})
  }
}

// What is shown is not what there is now, and why.
function stale(why) {
  const place = document.getElementById('stale')
  if (place.textContent === why) return
  place.textContent = why
  place.hidden = why === ''
}

async function refresh() {
  try {
    const response = await fetch(location.href, {headers: {Accept: 'text/html'}, cache: 'no-store'})
    if (response.status === 401) return location.reload() // the session has ended
    if (response.ok) {
      const next = new DOMParser().parseFromString(await response.text(), 'text/html')
      for (const part of document.querySelectorAll('[data-live]')) {
        const other = next.getElementById(part.id)
        if (other) replace(part, other)
      }
      stale('')
    } else {
      stale(response.status === 404 ? 'This is not there any more. What is shown is what it was.' : 'The server cannot say what there is now. What is shown is what was.')
    }
  } catch {
    stale('The server does not answer. What is shown is what was; it is asked again and again.')
  }
  setTimeout(refresh, document.hidden ? 10000 : every * 1000)
}
if (every) setTimeout(refresh, every * 1000)

// A log is followed by events of the server. Each connection begins anew, with the last
// lines.
const log = document.getElementById('log')
const most = 1000
if (log) {
  let source = null
  let lines = [] // that came since the last were shown
  const button = document.createElement('button')
  button.type = 'button'
  const state = document.createElement('span')
  state.className = 'note'
  document.getElementById('log-controls').append(button, ' ', state)
  const show = text => {
    button.textContent = source ? 'Stop' : 'Follow'
    state.textContent = text
  }
  const append = () => {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4
    for (const line of lines.slice(-most)) log.append(line + '\n')
    while (log.childNodes.length > most) log.firstChild.remove()
    if (atEnd) log.scrollTop = log.scrollHeight
    lines = []
  }
  let again = 0
  const close = () => {
    clearTimeout(again)
    source?.close()
  }
  const stop = () => {
    close()
    source = null
    log.dataset.live = ''
    show('')
  }
  const follow = () => {
    source = new EventSource(log.dataset.log)
    delete log.dataset.live // it is fresher than the page
    show('connecting')
    source.addEventListener('resync', () => {
      log.replaceChildren()
      lines = []
      show('live')
    })
    source.addEventListener('message', event => {
      if (lines.push(event.data) === 1) setTimeout(append, 100)
    })
    source.addEventListener('error', () => {
      show('broken, trying again')
      // A browser does not try again by itself after an answer that was no stream.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(follow, 5000)
    })
  }
  // Browsers have few connections to a server: pages that nobody sees take none.
  document.addEventListener('visibilitychange', () => {
    if (!source) return
    close()
    if (document.hidden) show('waits until the page is seen')
    else follow()
  })
  button.addEventListener('click', () => source ? stop() : follow())
  addEventListener('pagehide', stop)
  show('')
  log.scrollTop = log.scrollHeight
}
