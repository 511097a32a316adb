// What is fetched after the first picture, or when it is first wanted: one chunk with its texts, in both languages.
import de from '../locale/citizen.later.de.json';
import en from '../locale/citizen.later.en.json';
import errorsDe from '../locale/errors.de.json';
import errorsEn from '../locale/errors.en.json';

export { AboutForm } from './about.tsx';
export { Colleagues } from './colleagues.tsx';
export { Draw } from './draw.tsx';
export { Closed, Deleted, Left, Missed, Served } from './endings.tsx';
export { Guests } from './guests.tsx';
export { HearingForm } from './hearing.tsx';
export { MineForm } from './mine.tsx';
export { Elsewhere, Moved, None, Parked, Unsupported } from './notices.tsx';
export { Move } from './phone-move.tsx';

export const later = { de: { ...errorsDe, ...de }, en: { ...errorsEn, ...en } };
