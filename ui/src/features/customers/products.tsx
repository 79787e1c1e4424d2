import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, type Schemas } from '@/shared/api/client';
import { atCustomer } from '@/shared/api/customer-id';
import { useFormat } from '@/shared/format/use-format';
import { ShareBar } from '@/shared/ui/marks';
import { Section } from '@/shared/ui/screen';
import { Loaded } from '@/shared/ui/states';
import css from './products.module.css';

type Prediction = Schemas['ProductPrediction'];
type Task = Prediction['task'];

/** Which products the customer buys next, among all or among those never bought. */
export function Products({ customerId }: { customerId: string }) {
    const { t } = useTranslation();
    const [task, setTask] = useState<Task>('repeats_allowed');
    const at = atCustomer(customerId);
    const products = $api.useQuery(
        'get',
        '/api/v1/customers/{customer_id}/predictions/product_recommendation',
        { params: { path: at.path, query: { ...(at.query as object | undefined), task, limit: 10 } } },
        { retry: false },
    );
    return (
        <Section
            title={t('Which products are bought next?')}
            actions={
                <SegmentedControl
                    size="xs"
                    aria-label={t('Which products')}
                    value={task}
                    onChange={(chosen) => setTask(chosen as Task)}
                    data={[
                        { value: 'repeats_allowed', label: t('All products') },
                        { value: 'new_items', label: t('Never bought before') },
                    ]}
                />
            }
        >
            <Loaded query={products} lines={5}>
                {(data) => <Ranked prediction={data} />}
            </Loaded>
        </Section>
    );
}

function Ranked({ prediction }: { prediction: Prediction }) {
    const { t } = useTranslation();
    const format = useFormat();
    const basis = {
        purchases: t('By what this customer has bought.'),
        popular_in_segment: t('Nothing is known of this customer’s purchases: what is popular in the value segment.'),
        popular: t('Nothing is known of this customer’s purchases: what is popular with everybody.'),
        none: t('No model of products serves yet. An analyst trains one under Models.'),
    };
    const most = Math.max(...prediction.products.map((product) => product.score), 0);
    return (
        <Stack gap="xs">
            <Text className="quiet small wrap">{basis[prediction.basis]}</Text>
            {prediction.products.length > 0 && (
                <ol className={css.list}>
                    {prediction.products.map((product) => (
                        <li key={product.product_id}>
                            <bdi className="wrap">{product.product_id}</bdi>
                            <span className="quiet small num">
                                {product.days_bought > 0 && t('bought on {{n}} days', { n: product.days_bought })}
                            </span>
                            <ShareBar
                                share={most > 0 ? product.score / most : 0}
                                label={format.decimal(product.score, 3)}
                            />
                        </li>
                    ))}
                </ol>
            )}
            {prediction.products.length > 0 && (
                <Text className="quiet small wrap">
                    {t('The score only ranks, and is no probability:')} <bdi lang="en">{prediction.score_kind}</bdi>
                </Text>
            )}
        </Stack>
    );
}
