// What is open below the pictures. It holds for this page: the next conversation finds captions as they were set, and is
// stored nowhere.
import { signal } from '@preact/signals';

export const textOpen = signal(false);
/** Somebody has written while the panel was closed by hand. */
export const textUnread = signal(false);
/** Finished lines of the others are read out. */
export const textSpoken = signal(true);

export const captionsOn = signal(false);

export type CaptionSize = 'normal' | 'large' | 'huge';
export type CaptionColours = 'light' | 'dark' | 'yellow';
/** How captions look. */
export const captionLook = signal<{ size: CaptionSize; colours: CaptionColours }>({ size: 'normal', colours: 'light' });
/** Whose written text is shown as captions: of one who types along, such as an interpreter for the deafened. */
export const captionWriters = signal<ReadonlySet<string>>(new Set());
