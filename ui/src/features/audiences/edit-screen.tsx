import { Button, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, dataOf, ifMatch } from '@/shared/api/client';
import { asProblem } from '@/shared/api/problem';
import { changed } from '@/shared/api/queries';
import { RuleBuilder } from '@/shared/rules/rule-builder';
import { done } from '@/shared/ui/notify';
import { LinkButton } from '@/shared/ui/links';
import { Screen, Section } from '@/shared/ui/screen';
import { Failed, Loaded } from '@/shared/ui/states';
import { type Audience, type AudienceInput, type Draft, emptyAudience, hasRule } from './audience';
import css from './edit.module.css';
import { Members } from './members';

export function NewAudienceScreen() {
    const { stage } = useSearch({ from: '/shell/audiences/new' });
    return <Editor key={stage} initial={emptyAudience(stage)} />;
}

export function EditAudienceScreen() {
    const { name } = useParams({ from: '/shell/audiences/$name/edit' });
    const audience = $api.useQuery('get', '/api/v1/audiences/{audience}', { params: { path: { audience: name } } });
    return <Loaded query={audience}>{(data) => <Editor key={data.name} saved={data} initial={data} />}</Loaded>;
}

function Editor({ saved, initial }: { saved?: Audience; initial: Draft }) {
    const { t } = useTranslation();
    const navigate = useNavigate();
    // What was read when the editing began: another's change in between is refused, not overwritten.
    const [base] = useState(saved);
    const [draft, setDraft] = useState<Draft>(initial);
    const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
    const save = useMutation({
        mutationFn: () => send(draft, base),
        onSuccess: async (audience) => {
            await changed('/api/v1/audiences');
            done(t('The audience “{{name}}” is saved.', { name: audience.name }));
            await navigate({ to: '/audiences', search: { open: audience.name } });
        },
    });
    const problem = save.isError ? asProblem(save.error) : undefined;
    return (
        <Screen
            needs="audiences"
            title={base ? t('Edit the audience “{{name}}”', { name: base.name }) : t('New audience')}
            about={t('A customer is in it when the rule is known to be true, from one moment to the next.')}
            actions={
                <>
                    <LinkButton variant="default" to="/audiences" search={{ open: base?.name }}>
                        {t('Cancel')}
                    </LinkButton>
                    <Button
                        disabled={draft.name === '' || !hasRule(draft)}
                        loading={save.isPending}
                        onClick={() => save.mutate()}
                    >
                        {base ? t('Save') : t('Create the audience')}
                    </Button>
                </>
            }
        >
            {problem && <Failed error={problem} />}
            <div className={css.editor}>
                <Section title={t('Whom does it select?')}>
                    <TextInput
                        label={t('Name')}
                        description={t('a–z, 0–9, _ and -; offers name it so')}
                        required
                        maxLength={50}
                        value={draft.name}
                        error={problem?.at('/name')}
                        onChange={(e) => set({ name: e.currentTarget.value })}
                    />
                    <Textarea
                        label={t('Description')}
                        maxLength={500}
                        autosize
                        value={draft.description}
                        error={problem?.at('/description')}
                        onChange={(e) => set({ description: e.currentTarget.value })}
                    />
                    <RuleBuilder
                        label={t('Selects')}
                        value={draft.rule}
                        of="audience"
                        error={problem?.at('/rule')}
                        onChange={(rule) => set({ rule })}
                    />
                </Section>
                <LiveCount draft={draft} />
            </div>
        </Screen>
    );
}

function send({ name, description, rule }: Draft, base: Audience | undefined): Promise<Audience> {
    const body: AudienceInput = { name, description, rule };
    if (!base) {
        return dataOf(api.POST('/api/v1/audiences', { body }));
    }
    return dataOf(
        api.PUT('/api/v1/audiences/{audience}', {
            params: { path: { audience: base.name } },
            headers: ifMatch(base.version),
            body,
        }),
    );
}

/** The rule as it is written now, asked of all customers shortly after the last change. */
function LiveCount({ draft }: { draft: Draft }) {
    const { t } = useTranslation();
    const [rule] = useDebouncedValue(draft.rule, 400);
    const isAsked = hasRule({ ...draft, rule });
    const count = $api.useQuery(
        'post',
        '/api/v1/audiences:count',
        { body: { rule, sample: 10 } },
        { enabled: isAsked, placeholderData: keepPreviousData },
    );
    return (
        <Section title={t('How many are they?')}>
            {isAsked ? (
                <Loaded query={count} lines={8}>
                    {(data) => (
                        <Stack gap="sm" aria-live="polite" aria-busy={count.isFetching}>
                            <Members count={data} />
                        </Stack>
                    )}
                </Loaded>
            ) : (
                <Text className="quiet">{t('Add a condition: the count follows as you write.')}</Text>
            )}
        </Section>
    );
}
