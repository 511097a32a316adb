// English, for boards on English pages and for those who ask for it. One such file for each language but German.

import board from '../locale/board.en.json' with { type: 'json' };
import frame from '../locale/board.frame.en.json' with { type: 'json' };

export const texts = { ...board, ...frame };
