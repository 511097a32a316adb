// What helps when a device is not there: by cause, browser and system.
import { type BrowserInfo, thisBrowser } from '../media/browser.ts';
import type { Cause, Devices, Kind } from '../media/devices.ts';
import { Button } from '../ui/button.tsx';
import { checkTexts, type Key } from './texts.ts';

export interface Step {
  key: Key;
  values?: { app?: string; browser?: string };
}

/** The steps out of a trouble. `framed`: the town's page holds us, and a window of our own is a way. Pure. */
export function steps(cause: Cause, browser: BrowserInfo, framed: boolean): Step[] {
  const { app, system } = browser;
  const phone = system === 'ios' || system === 'android';
  if (app) {
    const inside: Step = app === '?' ? { key: 'help.app_unknown' } : { key: 'help.app', values: { app } };
    return [inside, { key: system === 'ios' ? 'help.app.ios' : 'help.app.android' }, { key: 'help.app.take' }];
  }
  switch (cause) {
    case 'denied':
      return [denied(browser), ...ofSystem(system)];
    case 'in-use':
      return [{ key: phone ? 'help.in-use.phone' : 'help.in-use' }];
    case 'missing':
      return [{ key: phone ? 'help.missing.phone' : 'help.missing' }];
    case 'policy':
    case 'insecure':
      return [{ key: framed ? 'help.page' : 'help.page_own' }];
  }
}

const NAMES = { chrome: 'Chrome', edge: 'Edge', firefox: 'Firefox', safari: 'Safari', samsung: 'Samsung', other: '' };

function denied({ name, system }: BrowserInfo): Step {
  if (system === 'ios') {
    const own = name === 'safari' || name === 'other';
    return own ? { key: 'help.denied.safari.ios' } : { key: 'help.denied.app.ios', values: { browser: NAMES[name] } };
  }
  if (system === 'android' && (name === 'chrome' || name === 'edge')) return { key: 'help.denied.chrome.android' };
  if (system === 'android' && name === 'firefox') return { key: 'help.denied.firefox.android' };
  return { key: `help.denied.${name}` };
}

function ofSystem(system: BrowserInfo['system']): Step[] {
  if (system === 'windows' || system === 'mac' || system === 'android') return [{ key: `help.system.${system}` }];
  return [];
}

/** Below the sentence that says what is wrong: how to mend it, and a button to try again. */
export function Help({ devices, lang, framed }: { devices: Devices; lang: string; framed: boolean }) {
  const t = checkTexts(lang);
  const trouble = devices.trouble.value;
  const kinds = (['camera', 'sound'] as const).filter((kind) => trouble[kind]);
  const browser = thisBrowser();
  const seen = new Set<string>();
  const all = kinds.flatMap((kind) =>
    steps(trouble[kind] as Cause, browser, framed).filter(({ key }) => !seen.has(key) && seen.add(key)),
  );
  if (all.length === 0) return null;
  const wish = (kind: Kind) => kinds.includes(kind);
  return (
    <div class="help small">
      <p>
        <b>{t('help.title')}</b>
      </p>
      <ol>
        {all.map(({ key, values }) => (
          <li key={key}>{t(key, values)}</li>
        ))}
      </ol>
      <Button
        kind="ghost"
        busy={devices.asking.value}
        onClick={() => devices.open({ sound: wish('sound'), camera: wish('camera') })}
      >
        {t('help.again')}
      </Button>
      <p class="muted">{t('help.without')}</p>
    </div>
  );
}
