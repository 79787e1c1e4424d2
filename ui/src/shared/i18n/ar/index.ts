import { access } from './access';
import { audiences } from './audiences';
import { customer } from './customer';
import { offers } from './offers';
import { insight } from './insight';
import { models } from './models';
import { operate } from './operate';
import { sentences } from './sentences';
import { words } from './words';

/** Arabic, by the English text. */
export const dictionary: Record<string, string> = {
    ...words,
    ...sentences,
    ...offers,
    ...insight,
    ...models,
    ...operate,
    ...audiences,
    ...customer,
    ...access,
};
