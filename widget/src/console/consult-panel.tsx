/** The internal panel: what two clerks say to each other beside the conversation. It stands in another place and looks
 * unlike everything that a citizen sees (P17). */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Consult } from '../client/protocol';
import { StageProvider } from '../stage/context.ts';
import { DeviceButtons, OwnTile } from '../stage/own.tsx';
import { OtherTile } from '../stage/picture.tsx';
import { Sound } from '../stage/sound.tsx';
import { StageView } from '../stage/view.ts';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { useWork } from './context.tsx';
import { type Key, timeText, useText } from './texts';

/** As many characters as the server takes. */
const longest = 2000;

export function ConsultPanels() {
  const { consulting } = useWork();
  const asked = consulting.asked.value;
  const asks = consulting.asks.value;
  return (
    <>
      {asked && <ConsultPanel key={asked.id} consult={asked} />}
      {asks && asks.state === 'open' && <ConsultPanel key={asks.id} consult={asks} />}
    </>
  );
}

/** How it stands, as a sentence. */
export function consultState(c: Consult): Key {
  if (c.state === 'declined') return 'consult.declined';
  if (c.state === 'left') return c.held_since ? 'consult.hungUp' : 'consult.left';
  if (c.state === 'asked') return c.later ? 'consult.comesSoon' : 'consult.waits';
  if (c.wish) return c.mine ? `consult.wished.${c.wish}` : 'consult.open';
  if (c.way === 'voice') return 'consult.speaking';
  if (c.way === 'join' && !c.mine) return c.agreed ? 'consult.youAreIn' : 'consult.youWait';
  if (c.way === 'join') return c.agreed ? 'consult.inConversation' : 'consult.citizenAsked';
  return 'consult.open';
}

function ConsultPanel({ consult: c }: { consult: Consult }) {
  const text = useText();
  const work = useWork();
  return (
    <section class="consult" aria-labelledby={`consult-${c.id}`}>
      <p class="internal">
        <Icon name="people" />
        {text('consult.internal')}
      </p>
      <h2 id={`consult-${c.id}`} tabIndex={-1}>
        {text(c.mine ? 'consult.withMine' : 'consult.withTheirs', { name: c.with })}
      </h2>
      <p class="small muted">{[c.number, text.of(c.office), text.of(c.topic)].filter(Boolean).join(' · ')}</p>
      <p role="status">{text(consultState(c), { name: c.with })}</p>
      {c.way === 'voice' && work.consulting.apart.value && <Apart consult={c} />}
      <Lines consult={c} />
      <Actions consult={c} />
    </section>
  );
}

/** The two who speak apart: pictures small, sound, and the own switches. */
function Apart({ consult: c }: { consult: Consult }) {
  const text = useText();
  const { consulting, devices } = useWork();
  const conversation = consulting.apart.value;
  const view = useMemo(() => new StageView(), []);
  if (!conversation) return null;
  const room = {
    conversation,
    devices,
    office: '',
    awaited: c.with,
    say: () => undefined,
    view,
    full: false,
    toggleFull: () => undefined,
  };
  return (
    <StageProvider value={room}>
      <div class="apart">
        {conversation.others.value.map((other) => (
          <OtherTile key={other.participant.id} other={other} blank={undefined} pinned={false} />
        ))}
        {devices.camera.value && <OwnTile devices={devices} class="self" />}
      </div>
      <Sound conversation={conversation} />
      <fieldset class="bar" aria-label={text('consult.devices')}>
        <DeviceButtons devices={devices} />
      </fieldset>
    </StageProvider>
  );
}

/** The chat. Nothing of it is stored; it is gone with the conversation. */
function Lines({ consult: c }: { consult: Consult }) {
  const text = useText();
  const work = useWork();
  const [draft, setDraft] = useState('');
  const [failed, setFailed] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [c.lines.length]);
  const writes = c.state === 'open' || (c.state === 'asked' && c.mine);
  const send = async (e: Event) => {
    e.preventDefault();
    const said = draft.trim();
    if (said === '') return;
    setDraft('');
    try {
      await work.client.sayInConsult(c.id, said);
      setFailed(false);
    } catch {
      setDraft(said);
      setFailed(true);
    }
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has nothing else to put the focus on */}
      <div class="lines" role="log" aria-label={text('consult.lines')} tabIndex={0}>
        <ol ref={list}>
          {c.lines.map((line) => (
            <li key={`${line.at} ${line.text}`} class={line.mine ? 'mine' : undefined}>
              <span class="small muted">
                {line.mine ? text('consult.you') : c.with} {timeText(line.at, text.lang)}
              </span>
              <span>{line.text}</span>
            </li>
          ))}
        </ol>
      </div>
      {writes && (
        <form onSubmit={send}>
          <TextInput
            label={text('consult.write')}
            value={draft}
            onInput={setDraft}
            maxLength={longest}
            autocomplete="off"
            error={failed ? text('consult.notSent') : undefined}
          />
          <Button submit kind="ghost">
            {text('consult.say')}
          </Button>
        </form>
      )}
    </>
  );
}

function Actions({ consult: c }: { consult: Consult }) {
  const text = useText();
  const work = useWork();
  const move = (move: 'leave' | 'withdraw' | 'back' | 'end') => () => work.consult(c.id, { move });
  if (!c.mine) {
    return (
      <div class="actions">
        <Button kind="ghost" icon="leave" onClick={move('leave')}>
          {text(c.way === 'voice' ? 'consult.hangUp' : 'consult.leave')}
        </Button>
      </div>
    );
  }
  const over = c.state === 'left' || c.state === 'declined';
  const wish = (way: 'voice' | 'join' | 'hand_over') => () => work.consult(c.id, { move: 'wish', way });
  return (
    <div class="actions">
      {c.held_since && (
        <Button icon="back" onClick={move('back')}>
          {text('consult.back')}
        </Button>
      )}
      {c.state === 'open' && !c.wish && (
        <>
          {c.way === 'chat' && (
            <Button kind="ghost" icon="microphone" onClick={wish('voice')}>
              {text('consult.speak')}
            </Button>
          )}
          {c.way === 'join' ? (
            <Button kind="ghost" onClick={move('back')}>
              {text('consult.out')}
            </Button>
          ) : (
            <Button kind="ghost" icon="person" onClick={wish('join')}>
              {text('consult.bringIn')}
            </Button>
          )}
          <Button kind="ghost" icon="forward" onClick={wish('hand_over')}>
            {text('consult.handOver')}
          </Button>
        </>
      )}
      {c.wish && (
        <Button kind="ghost" onClick={move('withdraw')}>
          {text('consult.withdraw')}
        </Button>
      )}
      {!c.held_since && c.state !== 'asked' && (
        <Button kind="ghost" icon="cross" onClick={move('end')}>
          {text(over ? 'consult.close' : 'consult.end')}
        </Button>
      )}
    </div>
  );
}
