// Live pages. A region keeps itself up to date from a socket, and by asking when there is none:
//
//   <div id="board" data-live-socket="/live/session/12/" data-live-url="/p/x/sessions/12/board/"
//        data-live-rev="41" data-live-message="Amina added an idea.">…</div>
//
// Frames are {"rev": n, "html": "…"} or {"rev": n} ("ask for it"). A GET of the URL with ?rev=mine
// answers 204 when nothing is new, else the fragment with its revision in X-Rev. The region in the
// page always says which revision it shows, so frames that repeat or come late are ignored, and
// after a gap the next whole fragment heals it.

import { completeForms, morph, parse } from './morph.js'

const HEARTBEAT = 25000 // ms between signs of life, or proxies close a quiet socket
const POLL = 15000 // ms between questions while there is no socket
const SAFETY = 60000 // ms between questions while there is one: a frame may be lost without a sign
const JITTER = 2000 // ms over which a roomful of people spreads its questions
const FIRST_RETRY = 1000
const LAST_RETRY = 30000
const QUIET = 5000 // ms between two messages to a screen reader

const spread = most => Math.random() * most

let lastSaid = 0
let toSay = ''
let sayTimer = 0

// At most one short message in five seconds, the latest one.
function say (message) {
  if (!message) return
  toSay = message
  if (sayTimer) return
  sayTimer = setTimeout(() => {
    const status = document.getElementById('live-status')
    if (status) status.textContent = toSay
    lastSaid = Date.now()
    sayTimer = 0
  }, Math.max(0, lastSaid + QUIET - Date.now()))
}

class Region {
  constructor (element) {
    this.id = element.id
    this.retry = FIRST_RETRY
    this.held = null
    this.asking = false
    this.askAgain = false
    this.timers = {}
    this.alive = Date.now()
    completeForms(element)
    this.poll()
    this.connect()
  }

  // Looked up each time: a morph or an htmx swap may have put a new element in place.
  get element () { return document.getElementById(this.id) }

  get button () { return document.querySelector(`[data-live-show="${CSS.escape(this.id)}"]`) }

  get rev () {
    const shown = Number(this.element.dataset.liveRev) || 0
    return this.held ? Math.max(shown, this.held.rev) : shown
  }

  after (name, wait, act) {
    clearTimeout(this.timers[name])
    this.timers[name] = setTimeout(() => { if (this.element) act() }, wait)
  }

  connect () {
    const region = this.element
    if (!region || !region.dataset.liveSocket || !('WebSocket' in window)) return
    const address = new URL(region.dataset.liveSocket, window.location.href)
    address.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
    let socket
    // An old browser may refuse it by its reading of our policy: polling does instead.
    try { socket = new WebSocket(String(address)) } catch (error) { return }
    this.socket = socket
    socket.onopen = () => {
      this.retry = FIRST_RETRY
      this.wasOpen = socket
      this.ask(spread(JITTER)) // what was said while nobody listened
      this.poll()
      this.beat(socket)
    }
    socket.onmessage = event => this.hear(event.data)
    socket.onclose = () => this.lost(socket)
  }

  get open () { return Boolean(this.socket) && this.socket.readyState === WebSocket.OPEN }

  beat (socket) {
    this.alive = Date.now()
    this.after('beat', HEARTBEAT, () => {
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send('{"ping":1}')
      this.beat(socket)
    })
  }

  lost (socket) {
    if (socket !== this.socket) return
    clearTimeout(this.timers.beat)
    if (this.wasOpen === socket) this.poll() // sooner from now on
    this.after('connect', this.retry / 2 + spread(this.retry / 2), () => this.connect())
    this.retry = Math.min(this.retry * 2, LAST_RETRY)
  }

  poll () {
    this.after('poll', (this.open ? SAFETY : POLL) + spread(JITTER), () => {
      this.ask(0)
      this.poll()
    })
  }

  hear (data) {
    let frame
    try { frame = JSON.parse(data) } catch (error) { return }
    if (!this.element || !(frame.rev > this.rev)) return
    if (typeof frame.html === 'string') this.take(frame.rev, frame.html)
    else this.ask(spread(JITTER))
  }

  ask (wait) {
    if (this.asking) { this.askAgain = true; return }
    this.asking = true
    setTimeout(() => this.fetch().catch(() => {}).then(() => {
      this.asking = false
      if (this.askAgain) { this.askAgain = false; this.ask(spread(JITTER)) }
    }), wait)
  }

  async fetch () {
    if (!this.element) return
    const url = new URL(this.element.dataset.liveUrl, window.location.href)
    url.searchParams.set('rev', this.rev)
    const answer = await fetch(url, { credentials: 'same-origin' })
    // A redirect leads to a sign-in page, which is no fragment.
    if (answer.status !== 200 || answer.redirected) return
    const html = await answer.text()
    const rev = Number(answer.headers.get('X-Rev'))
    if (this.element && rev > this.rev) this.take(rev, html)
  }

  take (rev, html) {
    const fresh = parse(html)
    if (!fresh || fresh.id !== this.id) return
    fresh.dataset.liveRev = rev
    const items = [...fresh.querySelectorAll('[data-live-item][id]')]
    const unseen = items.filter(item => !document.getElementById(item.id)).length
    if (unseen && this.element.hasAttribute('data-live-wait')) this.hold(rev, fresh, unseen)
    else this.show(fresh)
  }

  // New cards wait behind their button; what may not wait (where the group is, the clock) does not.
  hold (rev, fresh, count) {
    this.held = { rev, fresh }
    for (const part of fresh.querySelectorAll('[data-live-now][id]')) {
      const shown = document.getElementById(part.id)
      if (shown) morph(shown, part.cloneNode(true))
    }
    const button = this.button
    if (!button) return this.show(fresh)
    const label = count === 1 ? button.dataset.one : button.dataset.many
    button.textContent = (label || '').replace('{n}', count)
    button.hidden = false
    button.onclick = () => { if (this.held) this.show(this.held.fresh) }
    say(button.textContent)
  }

  show (fresh) {
    const button = this.button
    const had = button && document.activeElement === button
    this.held = null
    const now = morph(this.element, fresh)
    if (button) button.hidden = true
    if (had) {
      now.setAttribute('tabindex', '-1')
      now.focus({ preventScroll: true })
    }
    say(now.dataset.liveMessage)
  }

  // Back from sleep or from no signal: look at once, and stop waiting to reconnect.
  wake () {
    if (!this.element) return
    this.ask(0)
    const slept = Date.now() - this.alive > 2 * HEARTBEAT // then an open socket may be a dead one
    if (!this.open || slept) {
      const old = this.socket
      this.socket = null
      if (old) old.close()
      this.retry = FIRST_RETRY
      this.after('connect', 0, () => this.connect())
    }
  }

  // The person's own act may have brought the newest page already.
  tidy () {
    if (!this.element || !this.held) return
    if (Number(this.element.dataset.liveRev) < this.held.rev) return
    this.held = null
    if (this.button) this.button.hidden = true
  }
}

const regions = new Map()

function find (root) {
  for (const element of root.querySelectorAll('[data-live-url][id]')) {
    if (!regions.has(element.id)) regions.set(element.id, new Region(element))
  }
}

export function startLive () {
  find(document)
  document.body.addEventListener('htmx:load', () => {
    find(document)
    regions.forEach(region => region.tidy())
  })
  const wake = () => regions.forEach(region => region.wake())
  window.addEventListener('online', wake)
  window.addEventListener('pageshow', event => { if (event.persisted) wake() })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake()
  })
}
