import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import type { Format } from '@/shared/format/format';
import { useFormat } from '@/shared/format/use-format';
import { Section } from '@/shared/ui/screen';
import css from './attributes.module.css';

type Attribute = Schemas['AttributeView'];

/** As the records have it: numbers without separators (a year of birth is one), a time at midnight as its day. */
function told({ kind, value }: Attribute, format: Format): string | null {
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') return null;
    if (kind !== 'time') return value;
    return value.endsWith('T00:00:00Z') ? format.date(value) : format.dateTime(value);
}

/** What the company's own records say of the customer, by the names that rules use. */
export function Attributes({ view }: { view: Schemas['CustomerView'] }) {
    const { t } = useTranslation();
    const format = useFormat();
    if (view.attributes.length === 0) return null;
    const words = (attribute: Attribute) => {
        if (typeof attribute.value === 'boolean') return attribute.value ? t('yes') : t('no');
        return told(attribute, format);
    };
    return (
        <Section title={t('What do the records say?')} about={t('Rules name them attributes.NAME.')}>
            <dl className={css.list}>
                {view.attributes.map((attribute) => (
                    <div key={attribute.name} className={css.line}>
                        <dt>
                            <bdi>{attribute.name}</bdi>
                        </dt>
                        <dd className="wrap">
                            {attribute.value === null ? (
                                <span className="quiet">{t('not known')}</span>
                            ) : (
                                <bdi>{words(attribute)}</bdi>
                            )}
                        </dd>
                    </div>
                ))}
            </dl>
        </Section>
    );
}
