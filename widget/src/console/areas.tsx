/** The areas of the console beside the workplace. Each is loaded when it is first opened, and is a folder of its own. */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { ClerkSession } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { useLoaded } from '../ui/loaded.ts';
import type { ClerkClient } from './clerk';
import { useWork } from './context.tsx';
import { type Key, type Lang, useText } from './texts';

/** What an area is given. It brings its own texts. */
export interface AreaProps {
  session: ClerkSession;
  client: ClerkClient;
  lang: Lang;
  /** What follows the area's name in the address: "#/administration/hours" gives "hours". */
  rest: string;
}

export interface Area {
  name: string;
  title: Key;
  /** The least role that sees it. */
  role: ClerkSession['role'];
  load: () => Promise<{ default: ComponentType<AreaProps> }>;
}

/** In the order of the header. */
export const areas: readonly Area[] = [
  {
    name: 'statistics',
    title: 'header.statistics',
    role: 'supervisor',
    load: () => import('./statistics/area.tsx'),
  },
  {
    name: 'embedding',
    title: 'header.embedding',
    role: 'supervisor',
    load: () => import('./embedding/area.tsx'),
  },
  {
    name: 'administration',
    title: 'header.administration',
    role: 'supervisor',
    load: () => import('./administration/administration.tsx'),
  },
  {
    name: 'operator',
    title: 'header.operator',
    role: 'operator',
    load: () => import('./operator/area.tsx'),
  },
  {
    name: 'account',
    title: 'header.account',
    role: 'clerk',
    load: () => import('./account/area.tsx'),
  },
];

const roles: readonly ClerkSession['role'][] = ['clerk', 'supervisor', 'admin', 'operator'];

export function areasOf(session: ClerkSession): readonly Area[] {
  return areas.filter((area) => roles.indexOf(session.role) >= roles.indexOf(area.role));
}

/** The address within the console: "#/statistics". Empty: the workplace. A page of its own would end a conversation. */
export const address = signal(read());

addEventListener('hashchange', () => {
  address.value = read();
});

function read(): string {
  return location.hash.startsWith('#/') ? location.hash.slice(2) : '';
}

/** The area that the address names, if there is one and the role may see it. */
export function areaAt(path: string, session: ClerkSession): { area: Area; rest: string } | undefined {
  const [name = '', ...rest] = path.split('/');
  const area = areasOf(session).find((a) => a.name === name);
  return area && { area, rest: rest.join('/') };
}

export function AreaView(p: { area: Area; rest: string; session: ClerkSession; lang: Lang }) {
  const { client } = useWork();
  return (
    <Lazy key={p.area.name} load={p.area.load} props={{ session: p.session, client, lang: p.lang, rest: p.rest }} />
  );
}

/** A component that is loaded when it is first shown. */
export function lazily<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  return (props: P) => <Lazy load={load} props={props} />;
}

function Lazy<P extends object>({ load, props }: { load: () => Promise<{ default: ComponentType<P> }>; props: P }) {
  const text = useText();
  const { part, failed, again } = useLoaded(load, true);
  if (part) return <part.default {...props} />;
  return (
    <main class="plain">
      {failed ? (
        <>
          <Alert>{text('app.lost')}</Alert>
          <Button onClick={again}>{text('app.retry')}</Button>
        </>
      ) : (
        <p role="status">{text('app.loading')}</p>
      )}
    </main>
  );
}
