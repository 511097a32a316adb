/** Guests of the conversation: who is invited, who waits for the citizen's yes, who is inside; sound, picture, and the door. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RoomGuest, RoomView } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { StatusRegion } from '../ui/status.tsx';
import { useWork } from './context.tsx';
import { type Key, useText } from './texts';

/** civic.MaxGuests */
const MAX = 4;

/** Where it stands why nobody can be invited. */
const reasonId = 'guests-reason';

function reasonOf(room: RoomView): Key | undefined {
  if (room.locked) return 'guests.lockedReason';
  return (room.guests ?? []).filter((guest) => guest.state !== 'declined').length >= MAX ? 'guests.full' : undefined;
}

/** Belongs into the bar. */
export function InviteButton() {
  const text = useText();
  const work = useWork();
  const room = work.talk.value?.room.value;
  if (!room) return null;
  const why = reasonOf(room);
  return (
    <Button
      kind="ghost"
      icon="person-plus"
      reason={why && text(why)}
      reasonId={reasonId}
      onClick={() => {
        work.dialog.value = { kind: 'invite' };
      }}
    >
      {text('guests.invite')}
    </Button>
  );
}

export function Guests() {
  const text = useText();
  const work = useWork();
  const room = work.talk.value?.room.value;
  const guests = room?.guests ?? [];
  const heard = useHeard(guests);
  if (!room) return null;
  const why = reasonOf(room);
  return (
    <section class="guests" aria-label={text('guests.label')}>
      {(guests.length > 0 || room.locked) && (
        <div class="line">
          <Button kind="ghost" pressed={room.locked === true} onClick={() => work.lock(room.locked !== true)}>
            {text('guests.lock')}
          </Button>
          {why && (
            <p class="reason" id={reasonId}>
              {text(why)}
            </p>
          )}
        </div>
      )}
      {guests.length > 0 && (
        <ul>
          {guests.map((guest) => (
            <Row key={guest.id} guest={guest} room={room} />
          ))}
        </ul>
      )}
      <StatusRegion text={heard} />
    </section>
  );
}

function Row({ guest, room }: { guest: RoomGuest; room: RoomView }) {
  const text = useText();
  const work = useWork();
  const { name, muted = false, hidden = false } = guest;
  const invited = guest.state === 'invited';
  return (
    <li>
      <span>
        <b>{name}</b> · {text(`stage.role.${guest.kind}` as Key)}
      </span>
      <span class={guest.state === 'waiting' ? 'state waits' : 'state'}>{text(stateOf(guest, room))}</span>
      {guest.state !== 'declined' && (
        <span class="acts">
          {!invited && (
            <>
              <Button
                kind="ghost"
                pressed={muted}
                label={`${text('guests.mute')}: ${name}`}
                onClick={() => work.silence(guest.id, !muted, hidden)}
              >
                {text('guests.mute')}
              </Button>
              <Button
                kind="ghost"
                pressed={hidden}
                label={`${text('guests.hide')}: ${name}`}
                onClick={() => work.silence(guest.id, muted, !hidden)}
              >
                {text('guests.hide')}
              </Button>
            </>
          )}
          <Button
            kind="ghost"
            label={`${text(invited ? 'guests.withdraw' : 'guests.remove')}: ${name}`}
            onClick={() => work.removeGuest(guest.id, name)}
          >
            {text(invited ? 'guests.withdraw' : 'guests.remove')}
          </Button>
        </span>
      )}
    </li>
  );
}

function stateOf(guest: RoomGuest, room: RoomView): Key {
  switch (guest.state) {
    case 'invited':
      return guest.here ? 'guests.opened' : 'guests.invited';
    case 'waiting':
      if (!guest.here) return 'guests.gone';
      return room.started_at ? 'guests.asked' : 'guests.waiting';
    case 'admitted':
      return room.participants.some((p) => p.id === `guest-${guest.id}` && p.here) ? 'guests.inside' : 'guests.outside';
    case 'declined':
    case 'removed':
      return 'guests.declined';
  }
}

/** What screen readers hear of the guests' way: who waits, and the citizen's answer. */
function useHeard(guests: readonly RoomGuest[]): string {
  const text = useText();
  const [heard, setHeard] = useState('');
  const before = useRef(new Map<string, string>());
  useEffect(() => {
    for (const guest of guests) {
      const state = guest.state;
      const was = before.current.get(guest.id);
      before.current.set(guest.id, state);
      if (was === state) continue;
      if (state === 'waiting' || state === 'admitted' || state === 'declined')
        setHeard(text(`guests.heard.${state}`, { name: guest.name }));
    }
  }, [guests]);
  return heard;
}
