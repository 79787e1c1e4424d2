import { access } from './access';
import { audiences } from './audiences';
import { customer } from './customer';
import { features } from './features';
import { offers } from './offers';
import { insight } from './insight';
import { models } from './models';
import { operate } from './operate';
import { said } from './said';
import { sentences } from './sentences';
import { told } from './told';
import { words } from './words';

/** Arabic, by the English text. */
export const dictionary: Record<string, string> = {
    ...words,
    ...sentences,
    ...told,
    ...said,
    ...features,
    ...offers,
    ...insight,
    ...models,
    ...operate,
    ...audiences,
    ...customer,
    ...access,
};
