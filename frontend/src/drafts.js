// Nothing typed is lost. A form with data-draft="key" keeps its words in this tab until they have
// been received, and says so when they could not be sent. In this tab only (sessionStorage): the
// device may be shared, and the words may be about somebody who shares it.
// A form with data-keep="address" as well keeps them on the server, for the person signed in: a few
// seconds after the typing stops, so that they can go on later on any device.

import { csrfToken } from './morph.js'

const PREFIX = 'draft:'
const FIELDS = 'textarea, input[type="text"], input[type="email"], input[type="search"], input:not([type])'

function storage () {
  // Reading it can be refused altogether (private modes, blocked cookies).
  try { return window.sessionStorage } catch (error) { return null }
}

function read (key) {
  try { return JSON.parse(storage().getItem(PREFIX + key)) || {} } catch (error) { return {} }
}

function write (key, draft) {
  try { storage().setItem(PREFIX + key, JSON.stringify(draft)) } catch (error) { /* full or refused */ }
}

export function forget (key) {
  try { storage().removeItem(PREFIX + key) } catch (error) { /* refused */ }
}

export function forgetDrafts () {
  const kept = storage()
  if (!kept) return
  Object.keys(kept).filter(key => key.startsWith(PREFIX)).forEach(key => kept.removeItem(key))
}

const fieldsOf = form => [...form.querySelectorAll(FIELDS)].filter(field => field.name)

function save (form) {
  const words = {}
  for (const field of fieldsOf(form)) if (field.value.trim()) words[field.name] = field.value
  if (Object.keys(words).length) write(form.dataset.draft, { words })
  else forget(form.dataset.draft)
}

function restore (form) {
  const { words } = read(form.dataset.draft)
  if (!words) return
  let restored = false
  for (const field of fieldsOf(form)) {
    // What the server filled in is newer: it answered with the form and its errors.
    if (field.name in words && !field.value) {
      field.value = words[field.name]
      restored = true
    }
  }
  write(form.dataset.draft, { words }) // no longer on its way
  if (restored) tell(form, 'draft-kept')
}

// Show one of base.html's prepared messages at the top of the form.
function tell (form, templateId) {
  untell(form)
  const template = document.getElementById(templateId)
  if (!template) return
  const message = template.content.firstElementChild.cloneNode(true)
  message.setAttribute('data-draft-message', '')
  form.prepend(message)
  if (message.hasAttribute('tabindex')) message.focus()
}

function untell (form) {
  form.querySelectorAll('[data-draft-message]').forEach(message => message.remove())
}

const PAUSE = 3000
const keeping = new WeakMap() // form → { timer, request }

// What the server keeps of a form, empty fields left out; and the version an edit began from.
function fieldsToKeep (form) {
  const body = new URLSearchParams({ key: form.dataset.draft })
  for (const field of fieldsOf(form)) if (field.value.trim()) body.append(`field-${field.name}`, field.value)
  const basedOn = form.querySelector('input[type="hidden"][name="based_on"]')
  if (basedOn) body.append('field-based_on', basedOn.value)
  return body
}

function keepSoon (form) {
  if (!form.dataset.keep) return
  stopKeeping(form)
  keeping.set(form, { timer: setTimeout(() => keep(form), PAUSE) })
}

function keep (form) {
  const request = new AbortController()
  keeping.set(form, { request })
  fetch(form.dataset.keep, {
    method: 'POST',
    body: fieldsToKeep(form),
    headers: { 'X-CSRFToken': csrfToken() },
    signal: request.signal
  }).then(answer => { if (answer.status === 204) sayKept(form) }, () => { /* this tab has them */ })
}

// Sent words are no draft: nothing that is still on its way may come after them.
function stopKeeping (form) {
  const { timer, request } = keeping.get(form) || {}
  clearTimeout(timer)
  if (request) request.abort()
  keeping.delete(form)
}

// Seen for as long as the page is open, and read out once.
function sayKept (form) {
  const status = document.querySelector(`[data-draft-status="${form.dataset.draft}"] [data-draft-said]`)
  if (!status || !status.hidden) return
  status.hidden = false
  const live = document.getElementById('live-status')
  if (live) live.textContent = status.textContent
}

const draftForm = target => target && target.closest && target.closest('form[data-draft]')

// Words are forgotten when a page says that they arrived: by name, by any message of success after a
// form was sent, or by leading to the comment that was made of them. Coming back, reloading or an
// error page is no such sign.
function settle () {
  for (const mark of document.querySelectorAll('[data-draft-sent]')) forget(mark.dataset.draftSent)
  const kept = storage()
  const arrived = document.querySelector('.govuk-notification-banner--success') || /^#comment-\d+$/.test(window.location.hash)
  if (!kept || !arrived) return
  for (const key of Object.keys(kept).filter(key => key.startsWith(PREFIX))) {
    if (read(key.slice(PREFIX.length)).sent) kept.removeItem(key)
  }
}

function onSubmit (event) {
  const form = draftForm(event.target)
  if (!form || event.defaultPrevented) return
  save(form)
  stopKeeping(form)
  if (navigator.onLine === false) {
    event.preventDefault()
    event.stopImmediatePropagation()
    tell(form, 'not-sent')
    return
  }
  const draft = read(form.dataset.draft)
  if (draft.words) write(form.dataset.draft, Object.assign(draft, { sent: true }))
}

// The form whose own words a request carries. What else stands in a form asks for itself: what is
// similar, or support for it. Its answer says nothing about the words around it.
const formSent = element => (element && element.matches && element.matches('form[data-draft]') ? element : null)

function onFailed (event) {
  const form = formSent(event.detail.elt)
  if (!form) return
  save(form)
  tell(form, 'not-sent')
}

function onAnswered (event) {
  const form = formSent(event.detail.requestConfig.elt)
  const status = event.detail.xhr ? event.detail.xhr.status : 0
  if (form && event.detail.requestConfig.verb !== 'get' && status >= 200 && status < 300) {
    forget(form.dataset.draft)
    untell(form)
  }
}

export function startDrafts () {
  settle()
  document.querySelectorAll('form[data-draft]').forEach(restore)
  document.addEventListener('input', event => {
    const form = draftForm(event.target)
    if (!form) return
    save(form)
    keepSoon(form)
  })
  // "Throw these words away" means this tab's too.
  document.addEventListener('submit', event => {
    const { draftGone } = event.target.dataset
    if (draftGone) forget(draftGone)
  })
  // Before htmx hears it, so that an offline form is stopped for both ways of sending.
  document.addEventListener('submit', onSubmit, true)
  const body = document.body
  body.addEventListener('htmx:sendError', onFailed)
  body.addEventListener('htmx:timeout', onFailed)
  body.addEventListener('htmx:responseError', onFailed)
  body.addEventListener('htmx:beforeSwap', onAnswered)
}
