// What is fetched once somebody shows something, or opens the further buttons: not needed before the first picture.
export { MoreButtons } from './more.tsx';
export { ScreenTile } from './screen.tsx';
export { SharingNews } from './sharing-news.tsx';
