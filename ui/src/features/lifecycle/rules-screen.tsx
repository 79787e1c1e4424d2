import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, ifMatch, type Schemas } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { useFormat } from '@/shared/format/use-format';
import { sameLogic } from '@/shared/rules/logic';
import { useMay } from '@/shared/session/session';
import { Confirm } from '@/shared/ui/confirm';
import { done } from '@/shared/ui/notify';
import { Screen, Section } from '@/shared/ui/screen';
import { Failed, Loaded } from '@/shared/ui/states';
import { LinkButton } from '@/shared/ui/links';
import { PreviewResult } from './preview-result';
import { RuleEditor } from './rule-editor';

type RulesVersion = Schemas['RulesVersion'];
type RuleSet = Schemas['RuleSet'];
type RulesInput = Schemas['RulesRequestInput'];

export function RulesScreen() {
    const rules = $api.useQuery('get', '/api/v1/lifecycle/rules');
    return <Loaded query={rules}>{(data) => <Editor key={data.version} saved={data} />}</Loaded>;
}

function Editor({ saved }: { saved: RulesVersion }) {
    const { t } = useTranslation();
    const mayChange = useMay('programme');
    const [document, setDocument] = useState(saved.document);
    const [note, setNote] = useState('');
    const [isPublishing, setPublishing] = useState(false);
    const isDirty = !sameLogic(document, saved.document);
    const body = { document, note } as unknown as RulesInput;
    const validate = useMutation({ mutationFn: () => dataOf(api.POST('/api/v1/lifecycle/rules:validate', { body })) });
    const preview = useMutation({ mutationFn: () => dataOf(api.POST('/api/v1/lifecycle/rules:preview', { body })) });
    const publish = async () => {
        await api.PUT('/api/v1/lifecycle/rules', { headers: ifMatch(saved.version), body });
        await changed('/api/v1/lifecycle');
        done(t('The rules are in force. The stages follow with the next run.'));
    };
    const change = (next: RuleSet) => {
        setDocument(next);
        validate.reset();
        preview.reset();
    };
    const error = validate.error ?? preview.error;
    const problem = error ? asProblem(error) : undefined;
    return (
        <Screen
            title={t('Rules of the lifecycle')}
            about={t(
                'The first rule that holds decides the stage. What is not known is neither above nor below anything.',
            )}
            actions={
                <>
                    <LinkButton variant="default" to="/lifecycle">
                        {t('Lifecycle')}
                    </LinkButton>
                    {mayChange && (
                        <>
                            <Button variant="default" loading={validate.isPending} onClick={() => validate.mutate()}>
                                {t('Check')}
                            </Button>
                            <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
                                {t('Preview')}
                            </Button>
                            <Button disabled={!isDirty || !preview.data} onClick={() => setPublishing(true)}>
                                {t('Publish')}
                            </Button>
                        </>
                    )}
                </>
            }
        >
            {problem && <Failed error={problem} />}
            {validate.data?.valid && (
                <Alert color="teal" variant="light" p="xs" role="status">
                    {t('The rules are whole.')}
                </Alert>
            )}
            {preview.data && <PreviewResult preview={preview.data} />}
            {isDirty && !preview.data && mayChange && (
                <Text className="quiet">{t('Look at the preview before you publish: it says who would move.')}</Text>
            )}
            <Stack>
                {document.rules.map((rule, i) => (
                    <RuleEditor
                        key={rule.name}
                        rule={rule}
                        place={i}
                        count={document.rules.length}
                        limits={document.limits}
                        isReadOnly={!mayChange}
                        wrong={(part) => problem?.at(`/document/rules/${i}/${part}`)}
                        onChange={(next) =>
                            change({ ...document, rules: document.rules.map((r, at) => (at === i ? next : r)) })
                        }
                        onMove={(to) => change({ ...document, rules: moved(document.rules, i, to) })}
                    />
                ))}
            </Stack>
            <RuleVersions current={saved.version} mayChange={mayChange} />
            <Confirm
                isOpen={isPublishing}
                onClose={() => setPublishing(false)}
                title={t('Put these rules in force?')}
                verb={t('Publish')}
                act={publish}
            >
                {preview.data && (
                    <Text>
                        {t('{{n}} customers would move.', {
                            count: preview.data.would_move,
                            n: preview.data.would_move,
                        })}
                    </Text>
                )}
                <TextInput
                    label={t('What changed, in a few words')}
                    value={note}
                    onChange={(e) => setNote(e.currentTarget.value)}
                />
            </Confirm>
        </Screen>
    );
}

function moved<T>(list: T[], from: number, to: number): T[] {
    const rest = list.filter((_, i) => i !== from);
    return [...rest.slice(0, to), list[from]!, ...rest.slice(to)];
}

function RuleVersions({ current, mayChange }: { current: number; mayChange: boolean }) {
    const { t } = useTranslation();
    const format = useFormat();
    const [restoring, setRestoring] = useState<number>();
    const versions = $api.useQuery('get', '/api/v1/lifecycle/rules/versions');
    const restore = async () => {
        await api.POST('/api/v1/lifecycle/rules/versions/{version}:restore', {
            params: { path: { version: restoring ?? 0 } },
        });
        await changed('/api/v1/lifecycle');
        done(t('The rules of version {{version}} are in force again.', { version: restoring }));
    };
    return (
        <Section title={t('Versions')}>
            <Loaded query={versions} lines={3}>
                {(data) => (
                    <Stack gap="xs">
                        {data.items.map((version) => (
                            <Group key={version.version} justify="space-between" wrap="nowrap">
                                <Text className="wrap">
                                    <b>{t('Version {{version}}', { version: version.version })}</b>{' '}
                                    <span className="quiet">
                                        {[
                                            version.note,
                                            version.published_by,
                                            version.version > 0 && format.dateTime(version.published_at),
                                        ]
                                            .filter(Boolean)
                                            .join(' · ')}
                                    </span>
                                </Text>
                                {mayChange && version.version !== current && (
                                    <Button
                                        size="compact-xs"
                                        variant="default"
                                        onClick={() => setRestoring(version.version)}
                                    >
                                        {t('Restore')}
                                    </Button>
                                )}
                            </Group>
                        ))}
                    </Stack>
                )}
            </Loaded>
            <Confirm
                isOpen={restoring !== undefined}
                onClose={() => setRestoring(undefined)}
                title={t('Restore version {{version}} of the rules?', { version: restoring })}
                verb={t('Restore')}
                act={restore}
            >
                {t('They are in force at once, as a new version; the stages follow with the next run.')}
            </Confirm>
        </Section>
    );
}
