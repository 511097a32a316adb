// The clerk's console. Puts the parts together and draws the app.
import { render } from 'preact';
import { Api } from '../client/api';
import { socketUrl } from '../client/live';
import { browserDevices, Devices } from '../media/devices';
import { wake } from '../ui/wake.ts';
import { App } from './app.tsx';
import { Bell } from './bell';
import { ClerkClient } from './clerk';
import './console.css';
import { type Lang, languages } from './texts';
import { Work } from './work';

const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
const asked = document.documentElement.lang;
const env = browserDevices();
const client = new ClerkClient({
  api: new Api(),
  socketUrl: socketUrl('/api/v1/console/socket', location),
  wake,
  windows: new BroadcastChannel('schalter'),
});
const work = new Work({
  client,
  devices: new Devices(env),
  permission: env.permission,
  bell: new Bell(),
  wake,
  name: (office) => {
    const name = client.offices.peek().get(office)?.name ?? {};
    return name[document.documentElement.lang] || name.de || office;
  },
});
render(<App work={work} lang={asked in languages ? (asked as Lang) : 'de'} />, root);
void client.load();
