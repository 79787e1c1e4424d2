import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { useFeatureWords } from '@/shared/told/feature-words';
import { type ReasonRow, reasonToldIn } from '@/shared/told/reason';
import css from './reasons.module.css';

/** What spoke for and against, largest first: a sentence each, with its effect as a bar from the middle. */
export function Reasons({ reasons }: { reasons: ReasonRow[] }) {
    const { t, i18n } = useTranslation();
    const format = useFormat();
    const wordsOf = useFeatureWords();
    const shown = reasons.toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, 6);
    const most = Math.max(...shown.map((r) => Math.abs(r.effect)), 1e-9);
    if (shown.length === 0) {
        return null;
    }
    return (
        <ul className={css.list} aria-label={t('Reasons')}>
            {shown
                .map((reason) => ({
                    ...reason,
                    told: reasonToldIn({ language: i18n.language, t, format }, wordsOf, reason),
                }))
                .map(({ told, ...reason }) => (
                    <li key={reason.feature + reason.text}>
                        <bdi className={css.text} lang={told.isForeign ? 'en' : undefined}>
                            {told.text}
                        </bdi>
                        <span className={css.bar} aria-hidden="true">
                            <span
                                className={css.fill}
                                data-sign={reason.effect < 0 ? 'minus' : 'plus'}
                                style={{ width: `${(50 * Math.abs(reason.effect)) / most}%` }}
                            />
                        </span>
                        <span className="num small">{format.signed(reason.effect)}</span>
                    </li>
                ))}
        </ul>
    );
}
