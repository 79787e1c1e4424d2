import { Button, Checkbox, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, dataOf } from '@/shared/api/client';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { done } from '@/shared/ui/notify';
import { Screen, Section } from '@/shared/ui/screen';
import { LinkButton } from '@/shared/ui/links';
import { Failed } from '@/shared/ui/states';
import { PlanTable } from './plan-table';
import css from './import.module.css';

/** JSON begins with a bracket; all else is CSV. */
const contentType = (text: string): string => (/^\s*\[/.test(text) ? 'application/json' : 'text/csv');

function sendImport(text: string, isDryRun: boolean, skipBad: boolean) {
    return dataOf(
        api.POST('/api/v1/offers:import', {
            params: { query: { dry_run: String(isDryRun), mode: skipBad ? 'skip_bad' : 'all_or_nothing' } },
            headers: { 'Content-Type': contentType(text) },
            // The text goes as it is: the generated type knows the JSON form alone.
            body: text as never,
            bodySerializer: (body: unknown) => body as string,
        }),
    );
}

export function ImportScreen() {
    const { t } = useTranslation();
    const format = useFormat();
    const navigate = useNavigate();
    const [text, setText] = useState('');
    const [name, setName] = useState('');
    const [skipBad, setSkipBad] = useState(false);
    const preview = useMutation({
        mutationFn: ({ content, skip }: { content: string; skip: boolean }) => sendImport(content, true, skip),
    });
    const apply = useMutation({
        mutationFn: () => sendImport(text, false, skipBad),
        onSuccess: async (plan) => {
            // The catalogue has changed since the preview: a row that was good is bad by now.
            if (!plan.written) {
                preview.mutate({ content: text, skip: skipBad });
                return;
            }
            await changed('/api/v1/offers');
            done(
                t('{{created}} offers created, {{updated}} updated.', {
                    created: format.integer(plan.created),
                    updated: format.integer(plan.updated),
                }),
            );
            await navigate({ to: '/offers' });
        },
    });
    const take = async (file: File | null) => {
        if (file) {
            const content = await file.text();
            setName(file.name);
            setText(content);
            preview.mutate({ content, skip: skipBad });
        }
    };
    const drop = (event: DragEvent) => {
        event.preventDefault();
        void take(event.dataTransfer.files[0] ?? null);
    };
    const plan = preview.data;
    const count = plan ? plan.created + plan.updated : 0;
    return (
        <Screen
            needs="offers"
            title={t('Import offers')}
            about={t(
                'A row with the id of an offer changes it, and what the row lacks stays. Nothing is written before you have seen each row.',
            )}
            actions={
                <LinkButton variant="default" to="/offers">
                    {t('Back to the offers')}
                </LinkButton>
            }
        >
            <Section title={t('The file')} about={t('CSV or JSON, as the export writes it; UTF-8.')}>
                <div className={css.drop} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
                    <FileButton accept=".csv,.json,text/csv,application/json" onChange={(file) => void take(file)}>
                        {(props) => <Button {...props}>{t('Choose a file')}</Button>}
                    </FileButton>
                    <Text className="quiet wrap">{name || t('or drop it here, or paste rows below')}</Text>
                </div>
                <Textarea
                    aria-label={t('Rows to import')}
                    placeholder={'offer_id,name,weight\n7,Double points,1.500'}
                    dir="ltr"
                    ff="monospace"
                    autosize
                    minRows={3}
                    maxRows={10}
                    value={text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text}
                    readOnly={text.length > 20_000}
                    onChange={(e) => {
                        setText(e.currentTarget.value);
                        setName('');
                        preview.reset();
                    }}
                />
                <Group>
                    <Button
                        variant="default"
                        disabled={!text.trim()}
                        loading={preview.isPending}
                        onClick={() => preview.mutate({ content: text, skip: skipBad })}
                    >
                        {t('Preview')}
                    </Button>
                    <Checkbox
                        label={t('Leave out bad rows and import the others')}
                        checked={skipBad}
                        onChange={(e) => {
                            setSkipBad(e.currentTarget.checked);
                            if (text.trim()) {
                                preview.mutate({ content: text, skip: e.currentTarget.checked });
                            }
                        }}
                    />
                </Group>
            </Section>
            {preview.isError && <Failed error={preview.error} />}
            {plan && (
                <Stack>
                    <PlanTable plan={plan} isImport />
                    {apply.isError && <Failed error={apply.error} />}
                    <Group>
                        <Button
                            disabled={count === 0 || (plan.rejected > 0 && !skipBad)}
                            loading={apply.isPending}
                            onClick={() => apply.mutate()}
                        >
                            {t('Import {{n}} rows', { count, n: format.integer(count) })}
                        </Button>
                        {plan.rejected > 0 && !skipBad && (
                            <Text className="quiet">
                                {t('One bad row stops all: mend the file, or leave the bad rows out.')}
                            </Text>
                        )}
                    </Group>
                </Stack>
            )}
        </Screen>
    );
}
