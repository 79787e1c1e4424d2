import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { $api } from '@/shared/api/client';
import { StateMark } from '@/shared/ui/marks';
import { Loaded } from '@/shared/ui/states';
import css from './start.module.css';

/** What the server's own check-up found: what is wrong first, each with what to do. */
export function Attention() {
    const { t } = useTranslation();
    const doctor = $api.useQuery('get', '/api/v1/doctor');
    return (
        <Loaded query={doctor} lines={4}>
            {(data) => {
                const found = data.items
                    .filter((check) => check.health !== 'ok')
                    .toSorted((a, b) => a.health.localeCompare(b.health));
                if (found.length === 0) {
                    return <Text>{t('Nothing: all {{n}} checks are fine.', { n: data.items.length })}</Text>;
                }
                return (
                    <ul className={css.attention}>
                        {found.map((check) => (
                            <li key={check.part + check.words}>
                                <StateMark state={check.health} />
                                <span>
                                    <b>{check.part}</b>: {check.words} <span className="quiet">{check.hint}</span>
                                </span>
                            </li>
                        ))}
                    </ul>
                );
            }}
        </Loaded>
    );
}
