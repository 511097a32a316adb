// Every screen, for everybody: a table of states, each brought about in the real program and put to the same checks.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { MoveCode, ResumeCode } from '../src/protocol.gen.ts';
import { examine, settled, shownFrames } from './support/access.ts';
import { api, Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, root, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

/** Asked for from the start, so that nothing begins to move. */
const calm = { reducedMotion: 'reduce' } as const;

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', calm);
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

/** What a screen of the citizen needs before it is there. */
interface Screen {
  name: string;
  shot?: string;
  reach: (citizen: Citizen) => Promise<void>;
}

async function called(citizen: Citizen): Promise<void> {
  await citizen.draw();
  await huber.move('call');
  await expect(citizen.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
}

async function talking(citizen: Citizen): Promise<void> {
  await called(citizen);
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible();
  await expect(citizen.screen.getByText('Sie', { exact: true })).toBeVisible();
}

/** The ticket's view as the server would say it, for states that need hours or days. */
async function asIf(citizen: Citizen, change: object): Promise<void> {
  const { page } = citizen;
  await citizen.draw();
  await page.routeWebSocket(/\/api\/v1\/ticket\/socket$/, () => undefined);
  await page.route(/\/api\/v1\/ticket$/, async (route) => {
    const answer = await route.fetch();
    const ticket = { ...(await answer.json()), ...change };
    await route.fulfill({ response: answer, json: { ...ticket, revision: ticket.revision + 1 } });
  });
  await page.reload();
}

/** The number goes to another device. */
async function onPhone(citizen: Citizen): Promise<void> {
  const { url } = await api<MoveCode>(citizen.frame, 'POST', '/api/v1/ticket/move-code');
  const phone = await (await town.browser.newContext({ locale: 'de-DE' })).newPage();
  await phone.goto(url);
  await expect(phone.locator('.paper-number')).toBeVisible();
  await api(phone, 'POST', '/api/v1/ticket/leave');
  await phone.context().close();
}

const heading = (citizen: Citizen, name: string | RegExp) =>
  expect(citizen.screen.getByRole('heading', { name })).toBeVisible({ timeout: 20_000 });

const screens: Screen[] = [
  {
    name: 'board',
    shot: 'board',
    reach: async (citizen) => {
      await expect(citizen.card().getByRole('button', { name: 'Nummer ziehen' })).toBeVisible({ timeout: 30_000 });
    },
  },
  {
    name: 'waiting',
    shot: 'waiting',
    reach: async (citizen) => {
      await citizen.draw();
    },
  },
  {
    name: 'waiting, with the check and everything open',
    reach: async (citizen) => {
      await citizen.draw();
      await huber.tell('Wir haben heute ein technisches Problem. Es dauert etwa 10 Minuten länger.');
      for (const summary of await citizen.screen.locator('summary').all()) {
        await summary.click();
        await settled(citizen.page);
      }
      await citizen.screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
      await expect(citizen.screen.getByText('Kamera bereit')).toBeVisible();
      await settled(citizen.page); // the own picture makes the frame grow, and what one aims at moves with it
      await citizen.screen.getByRole('button', { name: 'Im eigenen Fenster warten' }).click();
      await expect(citizen.screen.getByRole('link', { name: 'Eigenes Fenster jetzt öffnen' })).toBeVisible();
    },
  },
  {
    name: 'giving the place up: the dialog',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.screen.getByRole('button', { name: 'Platz abgeben' }).click();
      await expect(citizen.screen.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'away for a moment',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.screen.getByRole('button', { name: 'Gleich wieder da' }).click();
      await expect(citizen.screen.getByRole('button', { name: 'Ich bin wieder da' })).toBeVisible();
    },
  },
  {
    name: 'soon',
    reach: async (citizen) => {
      await asIf(citizen, { ahead: 2, estimate: { from: 5, to: 10 } });
      await heading(citizen, 'Vor Ihnen sind noch 2 Personen.');
      await expect(citizen.screen.getByText(/^Gleich sind Sie dran/).last()).toBeVisible();
    },
  },
  {
    name: 'handed over',
    reach: async (citizen) => {
      await asIf(citizen, { from: { de: 'Bauamt', en: 'Building office' } });
      await expect(citizen.screen.getByText(/^Bauamt hat Sie weitergeleitet/).last()).toBeVisible();
    },
  },
  {
    name: 'to the phone: the dialog',
    shot: 'phone',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.screen.getByRole('button', { name: 'Mit dem Telefon weitermachen' }).click();
      await expect(citizen.screen.getByRole('dialog').getByRole('img')).toBeVisible();
    },
  },
  {
    name: 'moved to the phone',
    reach: async (citizen) => {
      await citizen.draw();
      await onPhone(citizen);
      await heading(citizen, 'Ihre Nummer ist jetzt auf Ihrem anderen Gerät');
    },
  },
  {
    name: 'deleting own data: the dialog',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.screen.getByText('Meine Daten', { exact: true }).click();
      await settled(citizen.page);
      await citizen.screen.getByRole('button', { name: 'Jetzt alles löschen' }).click();
      await expect(citizen.screen.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'deleted',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.screen.getByText('Meine Daten', { exact: true }).click();
      await settled(citizen.page);
      await citizen.screen.getByRole('button', { name: 'Jetzt alles löschen' }).click();
      await citizen.screen.getByRole('dialog').getByRole('button', { name: 'Jetzt alles löschen' }).click();
      await heading(citizen, 'Ihre Daten sind gelöscht');
    },
  },
  { name: 'called', shot: 'called', reach: called },
  {
    name: 'called, and the time is nearly up',
    reach: async (citizen) => {
      const deadline = new Date(Date.now() + 39_000).toISOString();
      await asIf(citizen, { state: 'called', call: { clerk: 'Frau Huber', calls: 1, deadline } });
      await expect(citizen.screen.getByText(/^Die Zeit ist gleich um/)).toBeVisible();
    },
  },
  { name: 'conversation', shot: 'conversation', reach: talking },
  {
    name: 'leaving the conversation: the dialog',
    reach: async (citizen) => {
      await talking(citizen);
      await citizen.screen.getByRole('button', { name: 'Verlassen' }).click();
      await expect(citizen.screen.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'parked',
    reach: async (citizen) => {
      await talking(citizen);
      await huber.move('park');
      await heading(citizen, 'Bitte einen Moment Geduld');
    },
  },
  {
    name: 'served',
    shot: 'goodbye',
    reach: async (citizen) => {
      await talking(citizen);
      await huber.move('finish');
      await heading(citizen, 'Vielen Dank für Ihren Besuch');
    },
  },
  {
    name: 'left',
    reach: async (citizen) => {
      await citizen.draw();
      await citizen.move('leave');
      await heading(citizen, 'Sie haben Ihren Platz abgegeben');
    },
  },
  {
    name: 'missed',
    reach: async (citizen) => {
      await citizen.draw();
      for (let call = 0; call < 3; call++) {
        await huber.move('call');
        await huber.move('lapse');
      }
      await heading(citizen, 'Wir haben Sie leider nicht erreicht');
    },
  },
  {
    name: 'missed, and too late to return',
    reach: async (citizen) => {
      await asIf(citizen, { state: 'missed' });
      await expect(citizen.screen.getByText(/^Die Zeit zum Wiederanstellen ist vorbei/)).toBeVisible();
    },
  },
  {
    name: 'closed for today',
    reach: async (citizen) => {
      await asIf(citizen, { state: 'closed', until: '2026-11-23T07:00:00Z' });
      await heading(citizen, 'Für heute ist leider Schluss');
    },
  },
  {
    name: 'elsewhere',
    reach: async (citizen) => {
      await citizen.draw();
      const { code } = await api<ResumeCode>(citizen.frame, 'POST', '/api/v1/ticket/resume-code');
      const other = await citizen.page.context().newPage();
      await other.goto(`${program.public}/v/#${code}`);
      await expect(other.getByText(/^H \d+$/)).toBeVisible();
      await heading(citizen, 'Läuft jetzt in einem anderen Fenster');
    },
  },
  {
    name: 'fault',
    reach: async (citizen) => {
      await citizen.page.route(/\/api\/v1\/tickets$/, (route) => route.fulfill({ status: 503, body: '' }));
      await citizen.card().getByRole('button', { name: 'Nummer ziehen' }).click({ timeout: 30_000 });
      await heading(citizen, 'Das hat leider nicht geklappt');
    },
  },
  {
    name: 'a browser that cannot do it',
    reach: async (citizen) => {
      await citizen.page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'));
      await citizen.page.reload();
      await citizen.card().getByRole('button', { name: 'Nummer ziehen' }).click({ timeout: 30_000 });
      await heading(citizen, 'Ihr Browser kann keine Videogespräche');
      const { screen } = citizen;
      await expect(screen.getByRole('link', { name: '0123 45 67-0' })).toHaveAttribute('href', 'tel:012345670');
      await expect(screen.getByRole('link', { name: 'rathaus@musterstadt.example' })).toBeVisible();
      await expect(screen.getByText('Marktplatz 10, 94051 Musterstadt')).toBeVisible();
      await expect(screen.getByRole('link', { name: /^http/ })).toBeVisible();
    },
  },
  {
    name: 'own page: the list of offices',
    reach: async ({ page }) => {
      await page.goto(`${program.public}/v/musterstadt`);
      await expect(page.getByRole('button', { name: 'Nummer ziehen: Hauptamt' })).toBeVisible();
    },
  },
  {
    name: 'own page: a conversation arrives',
    reach: async (citizen) => {
      await talking(citizen);
      const { url } = await api<MoveCode>(citizen.frame, 'POST', '/api/v1/ticket/move-code');
      await citizen.page.context().clearCookies();
      await citizen.page.goto(url);
      await expect(citizen.page.getByRole('heading', { name: 'Ihr Gespräch läuft' })).toBeVisible();
    },
  },
  {
    name: 'own page: waiting, not yet touched',
    reach: async (citizen) => {
      await citizen.draw();
      const { url } = await api<MoveCode>(citizen.frame, 'POST', '/api/v1/ticket/move-code');
      await citizen.page.goto(url);
      await expect(citizen.page.getByRole('button', { name: 'Ton einschalten' })).toBeVisible();
      await citizen.page.locator('summary').nth(1).focus();
      await citizen.page.keyboard.press('Enter');
      await expect(citizen.page.getByRole('button', { name: 'Hinweis des Browsers erlauben' })).toBeVisible();
    },
  },
  {
    name: 'own page: the board',
    reach: async ({ page }) => {
      await page.goto(`${program.public}/musterstadt`);
      await expect(page.getByRole('article').first()).toBeVisible();
    },
  },
];

// First, for some of the citizens' screens leave a number behind: it has moved to another device.
test.describe('console', () => {
  test('sign-in, and a refused one', async () => {
    const page = await (await office.browser.newContext({ locale: 'de-DE', ...calm })).newPage();
    await page.goto(program.console);
    await expect(page.getByRole('button', { name: 'Anmelden' })).toBeVisible();
    expect(await examine(page)).toEqual([]);
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByLabel('E-Mail-Adresse').fill('nobody@musterstadt.example');
    await page.getByLabel('Passwort', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
    expect(await examine(page)).toEqual([]);
    await page.context().close();
  });

  test('the desk, from free to the conversation, and its dialogs', async () => {
    test.setTimeout(240_000);
    const { page } = huber;
    const looked = async (name: string) => expect.soft(await examine(page), name).toEqual([]);
    const dialog = async (button: string | RegExp) => {
      await page.getByRole('button', { name: button }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await looked(`dialog: ${button}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };
    await page.reload();
    await expect(page.getByRole('button', { name: 'Nächste Person aufrufen' })).toBeVisible();
    await shoot(page, 'console-free');
    await looked('free');
    await dialog('Pause: Hauptamt');

    const citizens = [];
    for (let i = 0; i < 2; i++) citizens.push(await Citizen.visit(town.browser, program.town, calm));
    const [first, second] = citizens as [Citizen, Citizen];
    await first.draw();
    await second.draw();
    await expect(page.locator('.tickets li')).toHaveCount(2);
    await shoot(page, 'console-waiting');
    await looked('waiting');

    await page.getByRole('button', { name: 'Nächste Person aufrufen' }).click();
    await expect(page.locator('.big-number')).toBeVisible();
    await shoot(page, 'console-called');
    await looked('called');
    await clickEnter(first.screen);
    await expect(page.locator('.tile.citizen video:not(.blank)')).toBeVisible();
    await shoot(page, 'console-conversation');
    await looked('conversation');
    await dialog(/^Weiterleiten$/);
    await dialog('Gespräch beenden');
    await huber.free();
    for (const citizen of citizens) await citizen.close();
  });
});

test.describe('citizen', () => {
  for (const { name, reach, shot } of screens) {
    test(name, async () => {
      const citizen = await Citizen.visit(town.browser, program.town, calm);
      try {
        await reach(citizen);
        if (shot) await shoot(citizen.page, shot);
        if (shot === 'board' && process.env.SCREENSHOT) keepForReadme();
        expect(await examine(citizen.page)).toEqual([]);
        const english = citizen.board.getByRole('button', { name: 'English' });
        if (await english.isVisible()) {
          await english.click();
          await expect(citizen.board.getByRole('button', { name: 'Deutsch' })).toBeVisible();
          for (const frame of await shownFrames(citizen.page))
            if (frame.parentFrame()) await expect(frame.locator('html')).toHaveAttribute('lang', 'en');
          expect(await examine(citizen.page), 'in English').toEqual([]);
        }
      } finally {
        await huber.tell('');
        await huber.free();
        await citizen.close();
      }
    });
  }
});

/** The README shows the board on a town's page. */
function keepForReadme(): void {
  const folder = join(root, 'widget');
  copyFileSync(join(folder, 'test', 'shots', 'board-1280.png'), join(folder, 'screenshot.png'));
}
