// Changing a part of the page in place, so that focus, half-typed words and open details survive.

import htmx from 'htmx.org/dist/htmx.esm.js'
import { Idiomorph } from 'idiomorph'

let sent = null // the form whose answer is being shown: its own fields follow the server

// The person's token. Fragments rendered for a whole audience cannot carry one.
export function csrfToken () {
  const meta = document.querySelector('meta[name="csrf-token"]')
  return meta ? meta.content : ''
}

// Has the person changed this field since the page or the last answer filled it?
function touched (field) {
  if (field.type === 'hidden' || field.type === 'submit') return false
  if (field.type === 'checkbox' || field.type === 'radio') {
    return field.checked !== field.defaultChecked
  }
  if (field.localName === 'select') {
    return [...field.options].some(option => option.selected !== option.defaultSelected)
  }
  return field.value !== field.defaultValue
}

function isWrittenIn (node) {
  const fields = node.matches('textarea') ? [node] : [...node.querySelectorAll('textarea')]
  return fields.some(field => touched(field) && !(sent && sent.contains(field)))
}

function keepAsItIs (node, newNode) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false
  if (node.hasAttribute('data-live-keep')) return true
  const isField = node.matches('input, textarea, select')
  return isField && newNode.localName === node.localName &&
    !(sent && sent.contains(node)) && touched(node)
}

const CALLBACKS = {
  beforeNodeMorphed: (node, newNode) => !keepAsItIs(node, newNode),
  // A form somebody is writing in stays, even where the new page no longer has it.
  beforeNodeRemoved: node => !(node.nodeType === Node.ELEMENT_NODE && isWrittenIn(node)),
  // People open and close details themselves.
  beforeAttributeUpdated: (name, element) => !(name === 'open' && element.localName === 'details')
}

// Focus never falls to the top of the page: when its element went, the nearest one around it
// that stayed takes it.
function keepFocus (change) {
  const active = document.activeElement
  const around = []
  for (let e = active; e && e !== document.body; e = e.parentElement) around.push(e)
  change()
  if (!active || active === document.body || active.isConnected) return
  const place = around.find(e => e.isConnected)
  if (!place || document.activeElement !== document.body) return
  if (!place.hasAttribute('tabindex')) place.setAttribute('tabindex', '-1')
  place.focus({ preventScroll: true })
}

// Forms in a fragment made for everyone get this person's token and fresh one-time keys.
export function completeForms (root) {
  for (const form of root.querySelectorAll('form[method="post"]')) {
    let token = form.querySelector('input[name="csrfmiddlewaretoken"]')
    if (!token) {
      token = document.createElement('input')
      token.type = 'hidden'
      token.name = 'csrfmiddlewaretoken'
      form.prepend(token)
    }
    if (!token.value) token.value = csrfToken()
    for (const key of form.querySelectorAll('input[data-fresh-key]')) {
      if (!key.value) key.value = freshKey()
    }
  }
}

function freshKey () {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

// The first element of a fragment's HTML, parsed without running or loading anything.
export function parse (html) {
  return new DOMParser().parseFromString(html, 'text/html').body.firstElementChild
}

// Morph `element` into `newElement`; returns the element that now stands in its place.
export function morph (element, newElement) {
  const id = element.id
  keepFocus(() => Idiomorph.morph(element, newElement, { morphStyle: 'outerHTML', callbacks: CALLBACKS }))
  const now = (id && document.getElementById(id)) || element
  completeForms(now)
  htmx.process(now)
  return now
}

// `hx-swap="morph"`. Our own few lines: the extension that idiomorph ships evaluates its options.
export function defineMorphSwap () {
  document.body.addEventListener('htmx:beforeSwap', event => {
    const source = event.detail.requestConfig && event.detail.requestConfig.elt
    sent = source && source.closest ? source.closest('form') : null
  })
  document.body.addEventListener('htmx:afterRequest', () => { sent = null })
  htmx.defineExtension('morph', {
    isInlineSwap: style => style === 'morph',
    handleSwap: (style, target, fragment) => {
      if (style !== 'morph') return false
      let settled = []
      keepFocus(() => {
        settled = Idiomorph.morph(target, fragment.children, { morphStyle: 'outerHTML', callbacks: CALLBACKS })
      })
      return settled
    }
  })
}
