// Our frame in the town's page (/f/SLUG/), and the same app on a page of its own (/v/, /v/SLUG).
import '@preact/signals';
import { render } from 'preact';
import type { BoardCalls, FrameCalls, Opening } from '../frame/contract.ts';
import { framed, Guest, originsOf } from '../frame/guest.ts';
import { wake } from '../ui/wake.ts';
import { App } from './app.ts';
import './citizen.css';
import './queue.css';
import '../check/check.css';
import './conversation.css';
import './guests.css';
import { frameHost, keptCode, pageHost } from './host.ts';
import { keepsCookies, langOf, pageConfig, supported, takeErrand } from './page.ts';
import { Root } from './root.tsx';
import { watchSize } from './size.ts';

const { lang, slug } = pageConfig(document);
const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));

if (framed()) inFrame();
else onPage();

function start(app: App): void {
  render(<Root app={app} />, root);
}

function onPage(): void {
  const app = new App(
    pageHost(() => undefined),
    slug,
    wake,
  );
  document.documentElement.classList.add('own-page');
  void app.setLang(langOf(location.hash) ?? lang);
  start(app);
  if (!supported(window)) return void app.showUnsupported();
  const errand = takeErrand(location, history);
  const kept = keptCode();
  if (errand.kind === 'resume')
    void app.begin({ resume: errand.code, noCookie: !keepsCookies(document), arriving: true });
  else if (kept) void app.begin({ resume: kept, noCookie: true });
  else void app.begin({ ask: slug !== '', office: errand.kind === 'office' ? errand.office : undefined });
}

function inFrame(): void {
  let opened = false;
  const guest: Guest<FrameCalls, BoardCalls> = new Guest<FrameCalls, BoardCalls>(originsOf(), {
    open: (opening) => {
      if (opened) return;
      opened = true;
      open(opening);
    },
    page: (state) => void app.setLang(state.lang),
    windowed: () => {
      app.full.value = false;
    },
  });
  const app = new App(frameHost(guest), slug, wake);
  watchSize(
    root,
    () => !app.full.value,
    (height) => guest.call('size', { height }),
  );
  start(app);
  void app.setLang(lang);

  function open(opening: Opening): void {
    app.boarded.value = true;
    void app.setLang(opening.lang);
    if (!supported(window)) return void app.showUnsupported();
    const { office, key, resume } = opening;
    void app.begin({ office, key, resume, noCookie: resume !== undefined });
  }
  // Embedded without our script: nobody answers, so start alone.
  setTimeout(() => {
    if (opened) return;
    opened = true;
    if (!supported(window)) return void app.showUnsupported();
    void app.begin({ ask: true });
  }, 2_000);
}
