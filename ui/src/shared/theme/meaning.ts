// The colours that mean something, by name: stages and value segments.
export const stages = ['acquisition', 'onboarding', 'growth', 'retention', 'win_back', 'churn'] as const;

const known = new Set<string>(stages);
// A programme may name its own stages: those take the colours in turn, always the same for the same name.
function stageToken(stage: string): string {
    if (known.has(stage)) {
        return stage;
    }
    let sum = 0;
    for (const letter of stage) {
        sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
    }
    return stages[sum % stages.length] ?? 'retention';
}

export const stageColor = (stage: string): string => `var(--boon-stage-${stageToken(stage)})`;
export const stageVariable = (stage: string): string => `--boon-stage-${stageToken(stage)}`;

const values: Record<string, string> = { high_value: 'high', medium_value: 'medium', low_value: 'low' };
export const valueVariable = (segment: string): string => `--boon-value-${values[segment] ?? 'medium'}`;
export const valueColor = (segment: string): string => `var(${valueVariable(segment)})`;
