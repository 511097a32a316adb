// Towns' pages as they are found: any header, any markup, any style sheet. And the steps of a citizen on them.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BrowserContext,
  type BrowserContextOptions,
  expect,
  type FrameLocator,
  type Page,
} from '@playwright/test';
import { type Launched, launch } from './browser.ts';
import { type Program, startProgram } from './program.ts';

export interface TownPage {
  headers?: Record<string, string>;
  /** Into the head; by default nothing. */
  head?: string;
  /** By default the two lines of the recipe. S stands for our origin. */
  body?: string;
  /** Attributes of html. */
  html?: string;
  /** Empty for quirks mode. */
  doctype?: string;
}

/** A web server with pages of one town. */
export interface Town {
  origin: string;
  /** The same pages under a name that is no secure context: http://rathaus.test. */
  insecure: string;
  /** Puts a page up; returns its address. */
  page(page: TownPage, path?: string): string;
  stop(): void;
}

export const element = '<schalter-board><a href="S/musterstadt">Virtuelles Bürgerbüro öffnen</a></schalter-board>';
export const tag = '<script async src="S/b/musterstadt.js"></script>';
const recipe = element + tag;

/** @param ours asked at each request, for the program starts after the towns */
async function startTown(ours: () => string): Promise<Town> {
  const pages = new Map<string, TownPage>();
  const server = createServer((request, response) => {
    const page = pages.get(request.url?.split('?')[0] ?? '');
    if (!page) return void response.writeHead(404).end();
    const { head = '', body = recipe, html = 'lang="de"', doctype = '<!doctype html>' } = page;
    const fill = (text: string) => text.replace(/\bS(?=[/" ;,]|$)/g, ours());
    for (const [name, value] of Object.entries(page.headers ?? {})) response.setHeader(name, fill(value));
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(
      `${doctype}<html ${html}><head><meta charset="utf-8"><title>Rathaus</title><link rel="icon" href="data:,">${fill(head)}</head><body>${fill(body)}</body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    insecure: `http://rathaus.test:${port}`,
    page(page, path = `/${pages.size + 1}`) {
      pages.set(path, page);
      return `http://127.0.0.1:${port}${path}`;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** All that one spec needs: the program with its clerk at the counter, a town, a site that is not in the list. */
export interface Ground {
  program: Program;
  town: Town;
  stranger: Town;
  browser: Launched;
  clerk: Page;
  stop(): Promise<void>;
}

export const names = '--host-resolver-rules=MAP rathaus.test 127.0.0.1';

export async function startGround(): Promise<Ground> {
  let ours = '';
  const town = await startTown(() => ours);
  const stranger = await startTown(() => ours);
  const program = await startProgram(['--unlimited', `--town-origin=${town.origin}`, `--town-origin=${town.insecure}`]);
  ours = program.public;
  const [browser, office] = await Promise.all([
    launch('red', ['--use-fake-ui-for-media-stream', names]),
    launch('blue'),
  ]);
  const clerk = await (await office.browser.newContext({ locale: 'de-DE' })).newPage();
  const huber = program.clerks.find((c) => c.mail.startsWith('huber'));
  await clerk.goto(program.console);
  await clerk.getByLabel('E-Mail-Adresse').fill(huber?.mail ?? '');
  await clerk.getByLabel('Passwort', { exact: true }).fill(huber?.password ?? '');
  await clerk.getByRole('button', { name: 'Anmelden' }).click();
  await clerk.getByRole('button', { name: 'Öffnen: Hauptamt' }).click();
  await expect(clerk.getByRole('button', { name: 'Nächste Person aufrufen' })).toBeVisible();
  return {
    program,
    town,
    stranger,
    browser,
    clerk,
    stop: async () => {
      town.stop();
      stranger.stop();
      await Promise.all([browser.close(), office.close()]);
      await program.stop();
    },
  };
}

/** A citizen's browser window on a town's page, and what was heard of it. */
export interface Visitor {
  page: Page;
  context: BrowserContext;
  /** Our sentences for the web editor, without "Schalter: ". */
  told: string[];
  /** Hosts that were asked for something and are neither the town nor we. */
  strangers: string[];
  errors: string[];
}

/** A new visitor with a clean slate. */
export async function visitor(ground: Ground, options: BrowserContextOptions = {}): Promise<Visitor> {
  return watch(ground, await ground.browser.browser.newContext({ locale: 'de-DE', ...options }));
}

/** Listens to all that a context does. */
export async function watch(ground: Ground, context: BrowserContext): Promise<Visitor> {
  const known = [ground.town.origin, ground.town.insecure, ground.stranger.origin, ground.program.public];
  const seen: Visitor = { page: undefined as unknown as Page, context, told: [], strangers: [], errors: [] };
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && !known.includes(origin)) seen.strangers.push(request.url());
  });
  context.on('console', (message) => {
    const [, sentence] = /^Schalter: (.*)/.exec(message.text()) ?? [];
    if (sentence !== undefined) seen.told.push(sentence);
  });
  context.on('weberror', (error) => seen.errors.push(error.error().message));
  seen.page = await context.newPage();
  return seen;
}

/** Nobody else was asked for anything, and nothing of ours broke. */
export async function farewell(seen: Visitor): Promise<void> {
  await seen.context.close();
  expect(seen.strangers, 'requests to other hosts').toEqual([]);
  expect(seen.errors, 'errors in the page').toEqual([]);
}

export function hauptamt(page: Page) {
  return page.locator('schalter-board').first().getByRole('article').filter({ hasText: 'Hauptamt' });
}

/** The board stands: all offices, a button, sizes a person can read and hit, contrast (A26). */
export async function expectBoard(page: Page, offices = ['Hauptamt', 'Bauamt', 'Bürgermeisterin']): Promise<void> {
  const board = page.locator('schalter-board').first();
  for (const name of offices) await expect(board.getByRole('heading', { name })).toBeVisible();
  await expect(hauptamt(page).getByText('Geöffnet')).toBeVisible();
  const faults = await board.evaluate((host) => {
    const found: string[] = [];
    const rgb = (text: string) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([r = 0, g = 0, b = 0]: number[]) => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((v) =>
        v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const background = (element: Element | null): number[] => {
      for (let at = element; at; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if ((colour[3] ?? 1) === 1) return colour;
      }
      return [255, 255, 255];
    };
    const zoom = (host as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
    for (const element of host.shadowRoot?.querySelectorAll('h3, p, li, .button, summary, footer a') ?? []) {
      const style = getComputedStyle(element);
      const text = element.textContent?.trim() ?? '';
      if (!text || element.closest('.unseen, [hidden], .stage')) continue;
      const box = element.getBoundingClientRect();
      const name = `${element.tagName} "${text.slice(0, 20)}"`;
      const size = Number.parseFloat(style.fontSize) * Math.max(1, zoom);
      if (size < 13 || size > 60) found.push(`${name}: ${size} px`);
      const [a, b] = [light(rgb(style.color)), light(background(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) found.push(`${name}: contrast ${ratio.toFixed(2)}`);
      if (box.width < 8 || box.height < 12) found.push(`${name}: ${box.width} x ${box.height}`);
      if (element.matches('.button') && box.height < 40) found.push(`${name}: ${box.height} high`);
      if (style.direction !== 'ltr' || style.visibility !== 'visible' || style.textTransform !== 'none')
        found.push(`${name}: ${style.direction} ${style.visibility} ${style.textTransform}`);
    }
    for (const drawing of host.shadowRoot?.querySelectorAll('.state svg') ?? [])
      if (drawing.getBoundingClientRect().width < 10) found.push('a drawing is not there');
    return found;
  });
  expect(faults).toEqual([]);
}

const number = /^H \d{3}$/;

/** Draws in the page: a click, our frame, a number. Gives it back, so that nobody waits. */
export async function drawHere(page: Page): Promise<void> {
  await hauptamt(page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(page));
  await giveBack(page);
}

export function frameOf(page: Page): FrameLocator {
  return page.frameLocator('schalter-board iframe:visible');
}

export async function expectNumber(where: FrameLocator | Page, timeout = 20_000): Promise<void> {
  await expect(where.getByText(number).first()).toBeVisible({ timeout });
}

/** Follows a link to a tab of its own and draws there. */
export async function drawInTab(seen: Visitor, link: string | RegExp = /Nummer ziehen/): Promise<void> {
  const tab = await openTab(seen, link);
  await tab.getByRole('button', { name: 'Nummer ziehen: Hauptamt' }).click();
  await expectNumber(tab);
  await giveBack(tab);
}

export async function openTab(seen: Visitor, link: string | RegExp): Promise<Page> {
  const opened = seen.context.waitForEvent('page');
  await seen.page.locator('schalter-board').first().getByRole('link', { name: link }).first().click();
  const tab = await opened;
  await tab.waitForLoadState();
  expect(new URL(tab.url()).pathname).toBe('/v/musterstadt');
  return tab;
}

/** Leaves the queue, by the frame or page that holds the ticket. */
export async function giveBack(page: Page): Promise<void> {
  const holder = page
    .frames()
    .find((frame) => /\/(f|v)\//.test(new URL(frame.url()).pathname) && !frame.url().includes('relay'));
  const status = await holder?.evaluate(async () => {
    const answer = await fetch('/api/v1/ticket/leave', { method: 'POST', headers: { 'X-Schalter': '1' } });
    return answer.status;
  });
  expect(status).toBe(200);
}
