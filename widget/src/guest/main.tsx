// A guest's page (/g/): an interpreter, companion or expert who was invited to one conversation by a link.
import '@preact/signals';
import { render } from 'preact';
import { TextProvider } from '../ui/texts.tsx';
import { wake } from '../ui/wake.ts';
import { App } from './app.ts';
import { speak, spoken } from './language.tsx';
import { keptLang, takeToken } from './page.ts';
import { Root, Without } from './root.tsx';
import './guest.css';

const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
document.documentElement.classList.add('own-page');
// Another link in the same tab is another invitation.
addEventListener('hashchange', () => location.reload());
void start(takeToken(location, history));

async function start(token: string): Promise<void> {
  await speak(keptLang(history) ?? document.documentElement.lang);
  const able = typeof RTCPeerConnection === 'function' && typeof WebSocket === 'function';
  const app = able && token ? new App(token, wake) : undefined;
  render(<Page app={app} why={able ? 'no_link' : 'old'} />, root);
}

function Page({ app, why }: { app: App | undefined; why: 'no_link' | 'old' }) {
  return <TextProvider value={spoken.value as never}>{app ? <Root app={app} /> : <Without why={why} />}</TextProvider>;
}
