// What the screen says of showing something: who shows, who has asked, what has come in the way. Pure.
import type { Participant } from '../client/protocol.ts';
import { type Conversation, mayShow } from '../media/conversation.ts';
import type { ShareTrouble } from '../media/sharing.ts';

export type Showing =
  /** Nothing to say. */
  | { kind: 'nothing' }
  /** It is shown from here. */
  | { kind: 'own'; camera: boolean }
  /** We have asked, and wait for the answer. */
  | { kind: 'asked' }
  /** We may, and have not begun. */
  | { kind: 'allowed' }
  | { kind: 'declined' }
  | { kind: 'trouble'; trouble: ShareTrouble };

/** The own side of it. */
export function showing(
  own: Participant | undefined,
  shared: 'screen' | 'camera' | null,
  trouble: ShareTrouble | null,
): Showing {
  if (shared) return { kind: 'own', camera: shared === 'camera' };
  if (trouble) return { kind: 'trouble', trouble };
  switch (own?.screen_leave) {
    case 'asked':
    case 'allowed':
    case 'declined':
      return { kind: own.screen_leave };
    default:
      return { kind: 'nothing' };
  }
}

/** Whether there is anything to be shown or said of it. */
export function shares({ sharing, own, others, screens }: Conversation): boolean {
  if (screens.value.length > 0 || sharing.track.value || sharing.trouble.value || own.value?.screen_leave) return true;
  return others.value.some(({ participant }) => participant.screen || participant.screen_leave);
}

/** Whether one need not ask, by what is known here. The server decides. */
export function free(own: Participant | undefined): boolean {
  return own !== undefined && mayShow(own);
}
