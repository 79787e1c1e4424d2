import { Alert, Button, CopyButton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { useNames } from '@/shared/ui/names';
import { useCurrency } from '@/shared/api/currency';
import { Note } from '@/shared/told/note';
import { useMay } from '@/shared/session/session';
import { Screen } from '@/shared/ui/screen';
import { Empty, Loaded } from '@/shared/ui/states';
import { Considered } from './considered';
import { Funnel } from './funnel';
import { LabForm } from './lab-form';
import type { LabSearch } from './search';
import { toRequest } from './suppose';
import { Shown } from './shown';

/** The same question keeps its answer while it stands on the screen: nothing is recorded, no cap consumed. */
function useSimulation(search: LabSearch) {
    const mayDecide = useMay('decide');
    const body = {
        customer_id: search.customer ?? '',
        explain: true,
        limit: search.limit ?? 3,
        allow_unknown: search.unknown ?? false,
        ...(search.placement ? { placement: search.placement } : {}),
        ...(search.channel ? { channel: search.channel } : {}),
        ...(search.context ? { context: search.context as never } : {}),
        ...(search.suppose ? { suppose: toRequest(search.suppose) } : {}),
    };
    return useQuery({
        queryKey: ['post', '/api/v1/simulations', body],
        queryFn: () => dataOf(api.POST('/api/v1/simulations', { body })),
        enabled: mayDecide && body.customer_id !== '',
        staleTime: Infinity,
        retry: false,
    });
}

export function LabScreen() {
    const { t } = useTranslation();
    const names = useNames();
    const search = useSearch({ from: '/shell/lab' });
    const navigate = useNavigate({ from: '/lab' });
    const simulation = useSimulation(search);
    const data = simulation.data;
    const currency = useCurrency();
    return (
        <Screen
            needs="decide"
            title={t('Decision lab')}
            about={t(
                'What would this customer be offered, and what became of every other offer? Nothing is recorded and no cap is consumed.',
            )}
            actions={
                <CopyButton value={location.href}>
                    {({ copied, copy }) => (
                        <Button variant="default" onClick={copy}>
                            {copied ? t('Copied') : t('Copy link')}
                        </Button>
                    )}
                </CopyButton>
            }
        >
            <LabForm
                key={JSON.stringify(search)}
                search={search}
                isBusy={simulation.isFetching}
                onAsk={(next) => {
                    void navigate({ search: next });
                    void simulation.refetch();
                }}
            />
            {!search.customer ? (
                <Empty title={t('The decision will appear here')}>
                    {t('Give a customer’s id, or invent a customer: then boon decides as for somebody nobody knows.')}
                </Empty>
            ) : (
                <Loaded query={simulation} lines={10}>
                    {() =>
                        data && (
                            <>
                                {data.notes.map((note) => (
                                    <Alert key={note} color="yellow" variant="light" p="xs" className="wrap">
                                        <Note>{note}</Note>
                                    </Alert>
                                ))}
                                <Shown decision={data} />
                                <Funnel
                                    considered={data.considered}
                                    step={search.step}
                                    onStep={(step) =>
                                        void navigate({
                                            search: (old) => ({ ...old, step: old.step === step ? undefined : step }),
                                            replace: true,
                                        })
                                    }
                                />
                                <Considered
                                    currency={currency}
                                    rows={
                                        search.step
                                            ? data.considered.filter((c) => c.step === search.step)
                                            : data.considered
                                    }
                                    filter={search.step ? names.step(search.step) : undefined}
                                    onClear={() =>
                                        void navigate({ search: (old) => ({ ...old, step: undefined }), replace: true })
                                    }
                                />
                                <Text className="quiet small wrap">
                                    {t('Catalogue {{catalogue}} · policy {{policy}} · model {{model}}', {
                                        catalogue: data.versions.catalogue,
                                        policy: data.versions.policy,
                                        model: data.versions.model || '–',
                                    })}
                                </Text>
                            </>
                        )
                    }
                </Loaded>
            )}
        </Screen>
    );
}
