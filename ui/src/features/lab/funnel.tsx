import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useNames } from '@/shared/ui/names';
import { Section } from '@/shared/ui/screen';
import css from './lab.module.css';
import { passages } from './passages';

interface FunnelProps {
    considered: Schemas['Considered'][];
    step?: string;
    onStep: (step: string) => void;
}

/** From all offers to those shown; a click shows who dropped out there. */
export function Funnel({ considered, step, onStep }: FunnelProps) {
    const { t } = useTranslation();
    const names = useNames();
    return (
        <Section
            title={t('Where did the others drop out?')}
            about={t('{{n}} offers, step by step. Choose a step to see its offers.', { n: considered.length })}
        >
            <ol className={css.funnel}>
                {passages(considered).map((passage) => (
                    <li key={passage.step}>
                        <button
                            type="button"
                            className={css.step}
                            aria-pressed={step === passage.step}
                            data-none={passage.out === 0 || undefined}
                            onClick={() => onStep(passage.step)}
                        >
                            <span className="small">{names.step(passage.step)}</span>
                            <span className={css.left}>
                                {passage.step === 'shown' ? passage.out : `−${passage.out}`}
                            </span>
                            {passage.step !== 'shown' && (
                                <span className="quiet small">{t('{{n}} left', { n: passage.left })}</span>
                            )}
                        </button>
                    </li>
                ))}
            </ol>
        </Section>
    );
}
