// What is open below the pictures. It holds for this page: the next conversation finds captions as they were set, and is
// stored nowhere.
import { signal } from '@preact/signals';

export const textOpen = signal(false);
/** Somebody has written while the panel was closed by hand. */
export const textUnread = signal(false);
/** Finished lines of the others are read out. */
export const textSpoken = signal(true);
