// What a conversation costs those who pay for their data, megabytes in ten minutes, both directions together.

/**
 * From: measured over loopback, two minutes of two people at 720p on a busy machine, 33 MB (2026-11-22). To: as much as the
 * layers and the sound may take at most (media/lines.ts), 1.7 Mbit/s each way. Sound alone: 40 kbit/s and its packets' heads
 * each way at most. What is really used is counted in the conversation (stage/line.tsx).
 */
export const MEGABYTES = { from: 30, to: 250, sound: 10 } as const;
