export const loadShare = () => import('./share.tsx');
