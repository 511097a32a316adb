// Every dialog and state of the desk in both languages: axe, narrow windows, large text, forced colours.
import { expect, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

/** Asked for from the start, so that nothing begins to move. */
const calm = { reducedMotion: 'reduce' } as const;

let program: Program;
let town: Launched;
let office: Launched;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const words = {
  de: {
    bell: /^Klingel/,
    keys: 'Tasten',
    pause: 'Pause: Hauptamt',
    message: 'Nachricht an alle: Hauptamt',
    show: 'Anzeigen',
    preset: 'Wir sind gleich wieder da.',
    change: /^Ändern/,
    close: 'Schließen: Hauptamt',
    call: 'Aufrufen: ',
    pass: 'Weiterleiten: ',
    again: /^Noch einmal aufrufen/,
    miss: 'Nicht gekommen',
    next: /^Nächste Person aufrufen/,
    end: /^Gespräch beenden/,
  },
  en: {
    bell: /^Bell/,
    keys: 'Keys',
    pause: /^(Break|Pause): /,
    message: /^Message to all: /,
    show: 'Show it',
    preset: 'We will be back in a moment.',
    change: /^Change/,
    close: /^Close: /,
    call: 'Call: ',
    pass: 'Pass on: ',
    again: /^Call again/,
    miss: 'Did not come',
    next: /^Call next|^Call the next/,
    end: /^End /,
  },
} as const;

for (const lang of ['de', 'en'] as const) {
  test(`the desk and its dialogs: ${lang}`, async () => {
    test.setTimeout(300_000);
    const w = words[lang];
    const huber = await Clerk.signIn(office.browser, program, 'huber', calm);
    const { page } = huber;
    const look = async (name: string) => {
      await shoot(page, `desk-${name}-${lang}`);
      expect.soft(await examine(page), name).toEqual([]);
    };
    const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
    const dialog = async (name: string, button: string | RegExp) => {
      await press(button);
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(name);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    };
    await huber.open();
    if (lang === 'en') await press('English');
    await dialog('bell', w.bell);
    await dialog('keys', w.keys);
    await dialog('pause', w.pause);

    const citizens: Citizen[] = [];
    const numbers: string[] = [];
    for (let i = 0; i < 3; i++) {
      const citizen = await Citizen.visit(town.browser, program.town);
      citizens.push(citizen);
      numbers.push((await citizen.draw()).number);
    }
    await expect(page.locator('.tickets li')).toHaveCount(3);
    await look('ringing');
    await dialog('reason', w.call + numbers[2]);
    await dialog('close', w.close);
    const maier = await Clerk.signIn(office.browser, program, 'maier');
    await maier.open('Bauamt');
    await dialog('transfer', w.pass + numbers[1]);
    await press(w.message);
    await look('message');
    await page.getByRole('dialog').getByRole('button', { name: w.preset }).click();
    await page.getByRole('dialog').getByRole('button', { name: w.show }).click();
    await expect(page.locator('.told')).toBeVisible();

    await press(w.next);
    for (let call = 0; call < 2; call++) {
      await press(w.again);
      await expect(page.getByText(call === 0 ? /2 (von|of) 3/ : /3 (von|of) 3/)).toBeVisible();
    }
    await look('last-call');
    await press(w.miss);
    await expect(page.locator('.paper')).toHaveCount(0);
    await look('missed');
    await press(w.next);
    await clickEnter((citizens[1] as Citizen).screen);
    await expect(page.getByRole('button', { name: w.end })).toBeVisible();
    await look('conversation');
    await huber.free();
    await page.locator('.told button').last().click(); // the other language begins without
    await expect(page.locator('.told')).toHaveCount(0);
    await citizens[0]?.move('return'); // one who missed the calls has no place to give back
    await maier.page.context().close();
    for (const citizen of citizens) await citizen.close();
    await page.context().close();
  });
}
