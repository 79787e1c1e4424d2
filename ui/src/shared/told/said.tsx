import { useTranslation } from 'react-i18next';
import { sentenceTold } from './sentence';

/** What the server says in words: in the reader's language where it is known, else as it came, in English. */
export function Said({ children }: { children: string }) {
    const { t } = useTranslation();
    const told = sentenceTold(t, children);
    return told === undefined ? <bdi lang="en">{children}</bdi> : <bdi>{told}</bdi>;
}
