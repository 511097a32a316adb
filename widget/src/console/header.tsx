import { useEffect, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { address, areaAt, areasOf } from './areas.tsx';
import { useWork } from './context.tsx';
import { type Lang, languages, useText } from './texts';

export function Header({ lang, onLang }: { lang: Lang; onLang: (lang: Lang) => void }) {
  const work = useWork();
  const text = useText();
  const state = work.client.session.value;
  const other: Lang = lang === 'de' ? 'en' : 'de';
  const bell = work.bell.settings.value.on;
  const [menu, setMenu] = useState(false);
  const at = state.kind === 'in' ? areaAt(address.value, state.session)?.area.name : undefined;
  const others = state.kind === 'in' ? areasOf(state.session) : [];
  const current = (name: string | undefined) => (name === at ? ({ 'aria-current': 'page' } as const) : {});
  useEffect(() => setMenu(false), [at]);
  const talking = work.current.value?.ticket.state === 'serving';
  return (
    <header class="top">
      <span class="brand">
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
          <rect x="2" y="3" width="20" height="18" rx="4" fill="currentColor" opacity="0.25" />
          <path d="M6 16.500h12M12 7v5" stroke="currentColor" stroke-width="2.500" stroke-linecap="round" />
          <circle cx="12" cy="8" r="2.500" fill="currentColor" />
        </svg>
        Schalter
      </span>
      {state.kind === 'in' && (
        <>
          <span class="authority">{text.of(state.session.authority.name)}</span>
          {others.length > 0 && (
            <Button class="menu" kind="ghost" expanded={menu} onClick={() => setMenu(!menu)}>
              {text('header.nav')}
            </Button>
          )}
          <nav aria-label={text('header.nav')} class={menu ? 'unfolded' : undefined}>
            <a href="#/" class="home" {...current(undefined)}>
              {text('header.work')}
              {talking && at && <span class="mark">{text('header.talking')}</span>}
            </a>
            {others.map((area) => (
              <a key={area.name} href={`#/${area.name}`} {...current(area.name)}>
                {text(area.title)}
              </a>
            ))}
          </nav>
        </>
      )}
      <span class="tools">
        {state.kind === 'in' && (
          <Button
            class="brief"
            kind="ghost"
            icon={bell ? 'bell' : 'bell-off'}
            onClick={() => {
              work.dialog.value = { kind: 'bell' };
            }}
          >
            {text('header.bell')}
            <span class="state">{text(bell ? 'header.bellOn' : 'header.bellOff')}</span>
          </Button>
        )}
        {state.kind === 'in' && (
          <Button
            class="brief"
            kind="ghost"
            icon="keyboard"
            onClick={() => {
              work.dialog.value = { kind: 'keys' };
            }}
          >
            {text('header.keys')}
          </Button>
        )}
        <button type="button" class="button ghost" lang={other} onClick={() => onLang(other)}>
          {languages[other]}
        </button>
        {state.kind === 'in' && (
          <>
            <span class="me">
              <Icon name="person" />
              {state.session.name}
            </span>
            <Button class="brief" kind="ghost" icon="leave" onClick={() => work.signOut()}>
              {text('header.out')}
            </Button>
          </>
        )}
      </span>
    </header>
  );
}
