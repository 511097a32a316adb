// Drawings: each state has a shape of its own, for colour alone says nothing (A26).

import type { BoardOffice } from '../protocol.gen.ts';

const ring = 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm0 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z';

export const stateShapes: Record<BoardOffice['status'], string> = {
  open: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0ZM7 12 3.3 8.3l1.5-1.5L7 9l4.2-4.2 1.5 1.5Z', // disc with a tick
  busy: `${ring}M8 2a6 6 0 0 0 0 12Z`, // half full
  paused: `${ring}M5.3 5h1.9v6H5.3zM8.8 5h1.9v6H8.8z`, // two bars
  closed: `${ring}M4.5 7h7v2h-7z`, // a bar
  appointment_only: `${ring}M7 4h2v3.5l2.2 1.3-1 1.7L7 8.6z`, // a clock
};

export const phoneShape =
  'M4.6.5 6.8 4 5.2 5.9c.9 2 2.9 4 4.9 4.9L12 9.2l3.5 2.2c-.2 2.3-1.7 4-3.6 4C5.9 15 1 10.1.6 4.1.6 2.2 2.3.7 4.6.5Z';
export const mailShape = 'M0 2h16v12H0Zm2 2.3v.2l6 4 6-4v-.2ZM14 7l-6 4-6-4v5h12Z';
