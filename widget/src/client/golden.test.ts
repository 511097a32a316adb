// The same golden frames as the server's tests: what it says is read by our types, what we say is what it decodes.
import { expect, test } from 'vitest';
import golden from '../../../server/web/testdata/frames.json';
import {
  type ConsoleIn,
  type ConsoleOut,
  type GuestIn,
  type GuestOut,
  type RoomIn,
  type RoomOut,
  type TicketIn,
  type TicketOut,
  unknownFrame,
} from './frames.ts';

type In = TicketIn | GuestIn | ConsoleIn | RoomIn;
type Out = TicketOut | GuestOut | ConsoleOut | RoomOut;

/** Everything that we read of a frame. None of it may be missing in a golden one, which has every member filled. */
function read(frame: In): unknown[] {
  switch (frame.type) {
    case 'welcome':
      return [frame.data.version, frame.data.now];
    case 'problem': {
      const p = frame.data;
      return [p.type, p.title, p.status, p.code, p.key, p.request_id, p.retry_after];
    }
    case 'moved':
    case 'replaced':
      return [];
    case 'ticket': {
      const t = frame.data;
      const { call, estimate } = t;
      return [
        ...[
          t.id,
          t.revision,
          t.authority,
          t.office,
          t.office_name.de,
          t.number,
          t.state,
          t.drawn_at,
          t.ahead,
          t.status,
        ],
        ...[t.text, t.until, t.topic, t.called_name, t.return_until, t.outcome, t.now, estimate?.from, estimate?.to],
        ...[call?.clerk, call?.deadline, call?.calls, call?.interrupted, call?.entered_at],
      ];
    }
    case 'office': {
      const o = frame.data;
      const [waiting, colleague, today] = [o.waiting[0], o.colleagues[0], o.today[0]];
      return [
        ...[o.id, o.revision, o.name.de, o.status, o.text, o.until, o.issuing, o.now, o.desk?.id, o.desk?.state],
        ...[o.desk?.paused_until, o.figures.visits, o.figures.mean_wait_minutes, o.figures.missed, o.parked[0]?.id],
        ...[
          o.current?.id,
          colleague?.name,
          colleague?.state,
          colleague?.ticket,
          today?.weekday,
          today?.from,
          today?.to,
        ],
        ...[waiting?.id, waiting?.number, waiting?.state, waiting?.topic, waiting?.topic_name?.de, waiting?.name],
        ...[waiting?.lang, waiting?.text_only, waiting?.camera, waiting?.microphone, waiting?.since, waiting?.deferred],
        ...[waiting?.silent, waiting?.calls, waiting?.deadline, waiting?.entered_at, waiting?.interrupted],
      ];
    }
    case 'consults': {
      const [k] = frame.data.consults;
      const [line] = k?.lines ?? [];
      return [
        ...[
          frame.data.now,
          k?.id,
          k?.mine,
          k?.with,
          k?.state,
          k?.way,
          k?.wish,
          k?.later,
          k?.agreed,
          k?.note,
          k?.number,
        ],
        ...[k?.office.de, k?.office_id, k?.topic?.de, k?.asked_at, k?.held_since, line?.mine, line?.text, line?.at],
      ];
    }
    case 'joined':
      return [frame.data.version, frame.data.participant, frame.data.now];
    case 'answer':
      return [frame.data.id, frame.data.sdp];
    case 'seats': {
      const { seats, screens } = frame.data;
      const [seat] = seats;
      return [
        ...[frame.data.version, seat?.participant, seat?.sound, seat?.picture, seat?.withheld, seat?.unreadable],
        ...[screens?.[0]?.participant],
      ];
    }
    case 'more':
      return [frame.data.seats];
    case 'room': {
      const [p] = frame.data.participants;
      const [g] = frame.data.guests ?? [];
      return [
        ...[p?.kind, frame.data.locked, g?.id, g?.kind, g?.name, g?.state, g?.here, g?.muted, g?.hidden],
        ...[frame.data.office.de, frame.data.number, frame.data.started_at, p?.id, p?.side, p?.name, p?.here],
        ...[p?.sound, p?.picture, p?.screen, frame.data.captioned],
      ];
    }
    case 'guest': {
      const g = frame.data;
      return [
        ...[g.authority.name.de, g.office.de, g.clerk, g.kind, g.name, g.state, g.begun, g.over, g.locked, g.muted],
        ...[g.hidden, g.now],
      ];
    }
    case 'ice': {
      const [relay] = frame.data.ice;
      return [relay?.urls[0], relay?.username, relay?.credential];
    }
    case 'layers':
      return [frame.data.camera[0], frame.data.screen, frame.data.repeat];
    case 'spoken':
      return [frame.data.participants[0]];
    case 'caption':
      return [frame.data.participant, frame.data.text, frame.data.final, frame.data.at];
    case 'ended':
      return [frame.data.reason];
    default:
      unknownFrame(frame);
      throw new Error('a frame that we do not know');
  }
}

const line = { sound: 'text', picture: 'text' };

/** What we say, with every member filled as in the golden file. */
const said: { [T in Out['type']]: Extract<Out, { type: T }> } = {
  hello: { type: 'hello', data: { versions: [7], secret: 'text' } },
  join: { type: 'join', data: { versions: [7], grant: 'text' } },
  offer: {
    type: 'offer',
    data: {
      id: 7,
      sdp: 'text',
      lines: { sound: 'text', camera: 'text', screen: 'text', seats: [line], screens: ['text'] },
    },
  },
  seated: { type: 'seated', data: { version: 7 } },
  sends: {
    type: 'sends',
    data: { sound: true, picture: true, screen: true, second_camera: true, signing: true },
  },
  ask_screen: { type: 'ask_screen' },
  allow_screen: { type: 'allow_screen', data: { participant: 'text', on: true } },
  shows: {
    type: 'shows',
    data: { pictures: [{ participant: 'text', screen: true, width: 7, height: 7, pinned: true }] },
  },
  heard: { type: 'heard', data: { texts: [{ participant: 'text', epoch: 'text', position: 7 }] } },
  leave: { type: 'leave' },
};

for (const [socket, frames] of Object.entries(golden)) {
  for (const frame of frames.server.filter((f) => f.type !== 'ping')) {
    test(`${socket}: the server's ${frame.type} is read whole`, () => {
      expect(read(frame as In)).not.toContain(undefined);
    });
  }
  for (const frame of frames.client.filter((f) => f.type !== 'pong')) {
    test(`${socket}: our ${frame.type} is what the server decodes`, () => {
      expect(said[frame.type as Out['type']]).toEqual(frame);
    });
  }
}
