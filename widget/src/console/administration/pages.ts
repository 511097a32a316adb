/** The pages of the administration. Each is loaded when it is first opened. */
import type { ComponentType } from 'preact';
import type { ClerkSession } from '../../client/protocol';
import type { Key } from './texts';

export interface Page {
  /** In the address: "#/administration/hours". The first page has none. */
  name: string;
  title: Key;
  role: ClerkSession['role'];
  load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export interface PageProps {
  /** What follows the page's name in the address. */
  rest: string;
}

/** In the order of the list. */
export const pages: readonly Page[] = [
  { name: '', title: 'page.authority', role: 'admin', load: () => import('./authority.tsx') },
  { name: 'offices', title: 'page.offices', role: 'admin', load: () => import('./offices.tsx') },
  { name: 'hours', title: 'page.hours', role: 'supervisor', load: () => import('./hours.tsx') },
  { name: 'calendar', title: 'page.calendar', role: 'admin', load: () => import('./calendar.tsx') },
  { name: 'texts', title: 'page.texts', role: 'admin', load: () => import('./own-texts.tsx') },
  { name: 'origins', title: 'page.origins', role: 'admin', load: () => import('./origins.tsx') },
  { name: 'staff', title: 'page.staff', role: 'admin', load: () => import('./staff.tsx') },
  { name: 'retention', title: 'page.retention', role: 'admin', load: () => import('./retention.tsx') },
  { name: 'audit', title: 'page.audit', role: 'admin', load: () => import('./audit.tsx') },
  { name: 'transfer', title: 'page.transfer', role: 'admin', load: () => import('./transfer.tsx') },
];

const roles: readonly ClerkSession['role'][] = ['clerk', 'supervisor', 'admin', 'operator'];

export function pagesOf(session: ClerkSession): readonly Page[] {
  return pages.filter((page) => roles.indexOf(session.role) >= roles.indexOf(page.role));
}

/** The page that an address names, the first one otherwise. */
export function pageAt(path: string, session: ClerkSession): { page: Page | undefined; rest: string } {
  const [name = '', ...rest] = path.split('/');
  const mine = pagesOf(session);
  const page = mine.find((p) => p.name === name);
  return page ? { page, rest: rest.join('/') } : { page: mine[0], rest: '' };
}

export const addressOf = (page: string, rest = '') =>
  `#/administration${page ? `/${page}` : ''}${rest ? `/${rest}` : ''}`;
