// Languages, words of an authority's own, and what readers hear.
import { expect, type Frame, type Page, test } from '@playwright/test';
import boardDe from '../src/locale/board.de.json' with { type: 'json' };
import boardEn from '../src/locale/board.en.json' with { type: 'json' };
import citizenDe from '../src/locale/citizen.de.json' with { type: 'json' };
import citizenEn from '../src/locale/citizen.en.json' with { type: 'json' };
import consoleDe from '../src/locale/console.de.json' with { type: 'json' };
import consoleEn from '../src/locale/console.en.json' with { type: 'json' };
import type { ClerkSession } from '../src/protocol.gen.ts';
import { examine, shownFrames } from './support/access.ts';
import { api, Citizen, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

/** German texts that are no English ones, without the patterns. */
const german = Object.entries({ ...boardDe, ...citizenDe, ...consoleDe })
  .filter(([, text]) => !text.includes('{') && text.length > 3)
  .map(([, text]) => text)
  .filter((text) => !(Object.values({ ...boardEn, ...citizenEn, ...consoleEn }) as string[]).includes(text));
/** Words by which German shows in what is put together. */
const tell = /\b(und|oder|nicht|Sie|Ihre|Ihr|bitte|Uhr|Minuten|Wartezeit|Nummer|Büro|Gespräch|Kamera|geöffnet)\b/;

/** All that is seen and read out of our own parts, with names and labels; what says to be in another language is left out. */
async function words(page: Page): Promise<string[]> {
  const read = (frame: Frame) =>
    frame.evaluate(() => {
      const boards = [...document.querySelectorAll('schalter-board')].flatMap((b) => b.shadowRoot ?? []);
      const roots: (Document | ShadowRoot)[] = boards.length ? boards : [document];
      const lang = (e: Element | null): string =>
        e?.closest('[lang]')?.getAttribute('lang') ?? document.documentElement.lang;
      const own = lang(boards[0]?.querySelector('[lang]') ?? document.body.firstElementChild);
      return roots.flatMap((root) => {
        const found: string[] = [];
        for (const e of root.querySelectorAll('*')) {
          if (['STYLE', 'SCRIPT'].includes(e.tagName) || lang(e) !== own) continue;
          for (const name of ['aria-label', 'title', 'alt', 'placeholder']) found.push(e.getAttribute(name) ?? '');
          for (const node of e.childNodes)
            if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent?.trim() ?? '');
        }
        return found.filter(Boolean);
      });
    });
  return (await Promise.all((await shownFrames(page)).map(read))).flat();
}

async function expectEnglish(page: Page, where: string): Promise<void> {
  const faults = async () => (await words(page)).filter((text) => german.includes(text) || tell.test(text));
  await expect.poll(faults, { message: `German on the screen: ${where}` }).toEqual([]);
}

/** The town's page in another language, from before any script runs. */
async function pageSpeaks(page: Page, lang: string): Promise<void> {
  await page.addInitScript((lang) => {
    const say = () => {
      if (document.documentElement && self === top) document.documentElement.lang = lang;
    };
    say();
    new MutationObserver(say).observe(document, { childList: true });
  }, lang);
  await page.reload();
}

test('English by the page, by the tag and by a click, up to the goodbye', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  const { page, screen } = citizen;
  await pageSpeaks(page, 'en');
  await expect(citizen.card('Main office')).toBeVisible();
  await expectEnglish(page, 'board');

  // The tag says more than the page; a click says more than both.
  await citizen.board.evaluate((board) => board.setAttribute('data-lang', 'de'));
  await expect(citizen.card('Hauptamt')).toBeVisible();
  await citizen.board.getByRole('button', { name: 'English' }).click();

  await citizen.draw('Main office');
  await expect(screen.locator('html')).toHaveAttribute('lang', 'en');
  await expect(screen.locator('html')).not.toHaveAttribute('dir', 'rtl');
  await expect(page.locator('schalter-board iframe:visible')).toHaveAttribute('title', /^Virtual/);
  for (const summary of await screen.locator('summary').all()) await summary.click();
  await expectEnglish(page, 'waiting');
  await huber.move('call');
  await expect(screen.getByRole('heading', { name: /^It.s your turn/ })).toBeVisible();
  await expectEnglish(page, 'called');
  await screen.locator('.called button').first().click();
  await expect(screen.getByLabel(/^Frau Huber/)).toBeVisible();
  await expectEnglish(page, 'conversation');
  await screen.locator('.bar .danger').click();
  await expectEnglish(page, 'dialog');
  await huber.move('finish');
  await expect(screen.locator('.card.good')).toBeVisible();
  await expectEnglish(page, 'goodbye');

  // In the midst of it the language may change.
  await citizen.board.getByRole('button', { name: 'Deutsch' }).click();
  await expect(screen.getByRole('heading', { name: 'Vielen Dank für Ihren Besuch' })).toBeVisible();
  await expect(screen.locator('html')).toHaveAttribute('lang', 'de');
  await citizen.close();
});

test('the console in English', async () => {
  const { page } = huber;
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expectEnglish(page, 'desk');
  await page.getByRole('button', { name: 'Deutsch' }).click();
});

test('announcements: all, only the call, none; one region that stays', async () => {
  const first = await Citizen.visit(town.browser, program.town);
  const second = await Citizen.visit(town.browser, program.town);
  await first.draw();
  await second.draw();
  await second.frame.evaluate(() => {
    const said: string[] = [];
    const regions = [...document.querySelectorAll('.citizen > [role=status], .citizen > [role=alert]')];
    Object.assign(window, { said, regions });
    const note = (list: MutationRecord[]) => {
      for (const { target } of list) {
        const e = target instanceof Element ? target : target.parentElement;
        const region = e?.closest('[role=status], [role=alert]');
        if (region && regions.includes(region)) said.push(`${region.getAttribute('role')}: ${region.textContent}`);
      }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const said = () =>
    second.frame.evaluate(() => {
      const { said, regions } = window as unknown as { said: string[]; regions: Element[] };
      return { said: said.splice(0), there: regions.length === 2 && regions.every((r) => r.isConnected) };
    });

  await second.screen.getByText('Ton und Ansagen').click();
  const mode = second.screen.getByLabel('Ansagen für Vorlese-Programme');

  // all: a new place is said, politely.
  await first.move('leave');
  await expect(second.screen.getByRole('heading', { name: 'Sie sind als Nächstes dran.' })).toBeVisible();
  await expect.poll(async () => (await said()).said.join()).toContain('status: Sie sind als Nächstes dran.');

  // only the call: the office's news come without a word, the call comes with one.
  await mode.selectOption('call');
  await huber.move('pause');
  await expect(second.screen.getByText('Kurze Pause. Ihr Platz bleibt erhalten.').first()).toBeVisible();
  await huber.move('resume');
  await said();
  await huber.move('call');
  await expect(second.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
  const call = await said();
  expect(call.there).toBe(true);
  expect(call.said.filter((text) => text.startsWith('alert: Sie sind dran mit der Nummer'))).toHaveLength(1);
  expect(call.said.filter((text) => text.startsWith('status: Sie sind als Nächstes'))).toEqual([]);

  // none: not even the call; it stays to be seen.
  await second.screen.getByRole('button', { name: 'Ich brauche mehr Zeit' }).click();
  await expect(second.screen.getByRole('heading', { name: /^Sie sind dran/ })).toHaveCount(0);
  await mode.selectOption('off');
  await said();
  await huber.move('call');
  await expect(second.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
  const silent = await said();
  expect(silent.there).toBe(true);
  expect(silent.said.filter((text) => /^alert: ./.test(text))).toEqual([]);
  await huber.free();
  await second.close();
  await first.close();
});

test('a page of its own has the other language too, also with a number in hand, and a reload keeps it', async () => {
  const page = await (await town.browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' })).newPage();
  await page.goto(`${program.public}/v/musterstadt`);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Town of Musterstadt' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page
    .getByRole('button', { name: /^Draw a number/ })
    .first()
    .click();
  await expect(page.locator('.paper-number')).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^drawn at/)).toBeVisible();
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'own-page-english');
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.getByText(/^gezogen um/)).toBeVisible();
  await api(page, 'POST', '/api/v1/ticket/leave');
  await page.context().close();
});

test('an authority’s own words: board, citizen and console', async () => {
  const texts = {
    'state.open': { de: 'Praxis offen' },
    'wait.open': { de: 'Liebe Patientin, lieber Patient' },
    'header.work': { de: 'Anmeldetresen' },
  };
  const citizen = await Citizen.visit(town.browser, program.town);
  await citizen.page.route(/\/authorities\/musterstadt\/board$/, async (route) => {
    const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } });
    const board = await answer.json();
    await route.fulfill({ response: answer, json: { ...board, authority: { ...board.authority, texts } } });
  });
  await expect(citizen.card()).toContainText('Praxis offen', { timeout: 30_000 });
  await citizen.draw();
  await expect(citizen.screen.getByText('Liebe Patientin, lieber Patient')).toBeVisible();
  await citizen.close();

  const { page } = huber;
  const session = await api<ClerkSession>(page, 'GET', '/api/v1/console/session');
  const own = { ...session, authority: { ...session.authority, texts } };
  await page.route(/\/console\/session$/, (route) => route.fulfill({ json: own }));
  await page.reload();
  await expect(page.getByRole('link', { name: 'Anmeldetresen' })).toBeVisible();
  await page.unroute(/\/console\/session$/);
});
