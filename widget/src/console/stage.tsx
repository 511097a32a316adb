/** The stage: the citizen's picture, the own one small; before the citizen has entered, the number that was called. */
import { useMemo, useState } from 'preact/hooks';
import type { Other } from '../media/conversation';
import { hang } from '../media/curtain';
import { Button } from '../ui/button.tsx';
import { Sound } from '../ui/sound.tsx';
import { type Curtain, Tile } from '../ui/tile.tsx';
import { Timer } from '../ui/timer.tsx';
import { useWork } from './context.tsx';
import { type Current, callNumber, secondsUntil } from './office';
import { OwnTile } from './own.tsx';
import { useText } from './texts';

export function Stage({ current }: { current: Current }) {
  const work = useWork();
  const talk = work.talk.value;
  const other = talk?.others.value.find((o) => o.participant.side === 'citizen');
  const called = current.ticket.state === 'called';
  return (
    <div class="stage">
      {called ? <CalledPaper current={current} /> : <CitizenTile current={current} other={other} />}
      <OwnTile class="self" />
    </div>
  );
}

/** The number on paper, as the citizen holds it, and the time that is left. */
function CalledPaper({ current }: { current: Current }) {
  const text = useText();
  const work = useWork();
  const t = current.ticket;
  const left = t.deadline ? secondsUntil(t.deadline, work.client.clock.value) : 0;
  return (
    <div class="paper">
      <p class="small muted">{text.of(current.office.name)}</p>
      <p class="big-number">{t.number}</p>
      <p>{text('visit.called')}</p>
      {callNumber(t) > 1 && (
        <p class="small">{text('visit.nth', { n: callNumber(t), of: current.office.max_calls })}</p>
      )}
      {left > 0 ? (
        <>
          <p class="countdown">
            {text('visit.left')} <Timer label={text('visit.left')} seconds={left} />
          </p>
          <p class="small muted">{text('visit.notYet')}</p>
        </>
      ) : (
        <p class="small muted">{text('visit.soon')}</p>
      )}
    </div>
  );
}

function CitizenTile({ current, other }: { current: Current; other: Other | undefined }) {
  const text = useText();
  const work = useWork();
  const [play, setPlay] = useState<() => void>();
  const seat = other?.seat;
  const curtain = useMemo<Curtain | undefined>(() => seat && ((video) => hang(video, seat)), [seat]);
  const t = current.ticket;
  const name = other?.participant.name || t.name || t.number;
  const here = other?.participant.here === true;
  const speaking = other !== undefined && work.talk.value?.speaking.value.has(other.participant.id) === true;

  let blank = text('visit.joining', { who: name });
  if (t.interrupted) blank = text('visit.lost');
  else if (work.talk.value?.state.value.kind === 'connecting') blank = text('visit.connecting');
  else if (here && t.text_only) blank = text('visit.textOnly');
  else if (here && other && !other.participant.picture) blank = text('visit.cameraOff');

  return (
    <>
      <Tile
        class="citizen"
        source={curtain}
        name={name}
        role={text('visit.citizen')}
        blank={blank}
        speaking={speaking ? text('visit.speaks') : undefined}
        muted={here && other && !other.participant.sound ? text('visit.muted') : undefined}
      />
      <Sound stream={seat?.audio} onBlocked={(again) => setPlay(() => again)} />
      {play && (
        <div class="unblock">
          <p>{text('visit.blocked')}</p>
          <Button
            icon="sound"
            onClick={() => {
              play();
              setPlay(undefined);
            }}
          >
            {text('visit.sound')}
          </Button>
        </div>
      )}
    </>
  );
}
