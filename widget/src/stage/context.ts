// What the parts of the stage share. The app that shows it says who it is about.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { CaptionerLink, Participant } from '../client/protocol.ts';
import type { Conversation } from '../media/conversation.ts';
import type { Devices } from '../media/devices.ts';
import type { StageTexts } from './texts.ts';
import type { StageView } from './view.ts';

export interface StageRoom {
  /** Absent before it has begun. */
  readonly conversation: Conversation | undefined;
  readonly devices: Devices;
  readonly view: StageView;
  /** The office's name, in the language of the screen. */
  readonly office: string;
  /** The name of the one who is waited for while nobody else is here; empty: not known. */
  readonly awaited: string;
  /** Who would rather read and write than speak: the text panel opens by itself. */
  readonly textOnly?: 'own' | 'other' | undefined;
  /** Of the clerk: makes the access by which captions are written into this conversation. */
  readonly captioner?: (() => Promise<CaptionerLink>) | undefined;
  /** Something for screen readers, once. */
  say(text: string): void;
  /** The conversation fills the window. */
  readonly full: boolean;
  toggleFull(): void;
}

const Context = createContext<StageRoom | undefined>(undefined);
/** Around the stage and the buttons that belong to it. */
export const StageProvider = Context.Provider;

export function useStage(): StageRoom {
  const room = useContext(Context);
  if (!room) throw new Error('useStage outside of a StageProvider');
  return room;
}

/** What a participant is called: the name, else what the app knows, else the role. */
export function nameOf(p: Participant, awaited: string, text: StageTexts): string {
  const counterpart = p.side === 'clerk' || p.side === 'citizen'; // the own side is never among the others
  return p.name || (counterpart && awaited) || text(`stage.role.${p.side}`);
}

/** The role as text; who speaks for an office says for which. */
export function roleOf(p: Participant, office: string, text: StageTexts): string {
  if (p.side === 'guest' && p.kind) return text(`stage.role.${p.kind}`);
  const role = text(`stage.role.${p.side}`);
  const official = p.side === 'clerk' || p.side === 'colleague';
  return official && office ? text('stage.role_office', { role, office }) : role;
}
