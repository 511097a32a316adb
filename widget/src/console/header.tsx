import { useEffect, useRef, useState } from 'preact/hooks';
import type { ClerkSession } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { address, areaAt, areasOf } from './areas.tsx';
import { useWork } from './context.tsx';
import { type Lang, languages, useText } from './texts';

export function Header({ lang, onLang }: { lang: Lang; onLang: (lang: Lang) => void }) {
  const work = useWork();
  const text = useText();
  const known = work.client.session.value;
  // Half a login is none yet.
  const state = known.kind === 'in' && known.session.stage !== 'full' ? ({ kind: 'out' } as const) : known;
  const other: Lang = lang === 'de' ? 'en' : 'de';
  const bell = work.bell.settings.value.on;
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
          <Areas session={state.session} />
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
            class="brief rare"
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

/** The way to the areas. On a narrow window they fold into a menu, all but the way back to the desk. */
function Areas({ session }: { session: ClerkSession }) {
  const text = useText();
  const work = useWork();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const at = areaAt(address.value, session)?.area.name;
  const others = areasOf(session);
  const talking = work.current.value?.ticket.state === 'serving';
  const current = (name: string | undefined) => (name === at ? ({ 'aria-current': 'page' } as const) : {});
  const fold = () => {
    setOpen(false);
    opener.current?.focus(); // the link that had it is hidden
  };
  useEffect(() => {
    if (open) fold();
  }, [at]);
  useEffect(() => {
    // Always there: one that came with the menu would miss a key pressed right after the click.
    const press = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && opener.current?.getAttribute('aria-expanded') === 'true') fold();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return (
    <>
      {others.length > 0 && (
        <Button class="menu" kind="ghost" expanded={open} onClick={() => setOpen(!open)} element={opener}>
          {text('header.nav')}
        </Button>
      )}
      <nav aria-label={text('header.nav')} class={open ? 'unfolded' : undefined}>
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
  );
}
