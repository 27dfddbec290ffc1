// Throughline's one script. Every page works without it; it makes some things smoother.
// It evaluates nothing: htmx is told so below, and the content security policy forbids it anyway.

import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { ServiceNavigation } from 'govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import htmx from 'htmx.org/dist/htmx.esm.js'

import { forgetDrafts, startDrafts } from './drafts.js'
import { startLeft } from './left.js'
import { startLive } from './live.js'
import { csrfToken, defineMorphSwap } from './morph.js'
import { startRanks } from './ranks.js'

const COMPONENTS = [ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  defaultSwapStyle: 'outerHTML',
  historyCacheSize: 0, // pages stay out of localStorage
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // A form sent back with its errors is an answer to show, not a failure.
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '4(09|22)', swap: true },
    { code: '[45]..', swap: false, error: true }
  ]
})

// GOV.UK's parts in `root`. One that cannot work here must not stop the rest of the page.
function startComponents (root) {
  for (const Component of COMPONENTS) {
    const selector = `[data-module="${Component.moduleName}"]`
    const found = [...root.querySelectorAll(selector)]
    if (root.matches && root.matches(selector)) found.push(root)
    for (const element of found) {
      if (element.hasAttribute(`data-${Component.moduleName}-init`)) continue
      try { new Component(element) } catch (error) { console.error(error) }
    }
  }
}

// Away at once, without this page in the way back, and with nothing left to find here.
function leaveQuickly (event) {
  const link = event.target.closest('[data-leave]')
  if (!link) return
  event.preventDefault()
  forgetDrafts()
  document.body.hidden = true
  document.title = ''
  window.location.replace(link.href)
}

// A double click on a button sends its form once; another button of the form may ask for more. The server's one-time keys guard everything else.
function sendOnce (event) {
  const form = event.target
  if (form.method !== 'post' || form.hasAttribute('hx-post') || event.defaultPrevented) return
  const pressed = event.submitter || form
  const now = Date.now()
  if (now - Number(pressed.dataset.sentAt || 0) < 1000) event.preventDefault()
  else pressed.dataset.sentAt = now
}

function start () {
  const body = document.body
  body.classList.add('js-enabled')
  if ('noModule' in HTMLScriptElement.prototype) {
    body.classList.add('govuk-frontend-supported')
    startComponents(document)
    body.addEventListener('htmx:load', event => startComponents(event.detail.elt))
  }
  body.addEventListener('htmx:configRequest', event => {
    if (event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = csrfToken()
  })
  document.addEventListener('click', leaveQuickly)
  document.addEventListener('submit', sendOnce)
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  }
  defineMorphSwap()
  startDrafts()
  startLive()
  startRanks()
  startLeft()
}

// The script is deferred, so the page is there. htmx starts itself when it is ready.
start()
