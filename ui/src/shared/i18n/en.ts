// Only what English says differently by number; every other text is its own key.
export const plurals: Record<string, string> = {
    '{{n}} customers_one': '{{n}} customer',
    '{{n}} customers_other': '{{n}} customers',
    '{{n}} customers would move._one': '{{n}} customer would move.',
    '{{n}} customers would move._other': '{{n}} customers would move.',
    '{{n}} messages wait again._one': '{{n}} message waits again.',
    '{{n}} messages wait again._other': '{{n}} messages wait again.',
    '{{n}} offers changed._one': '{{n}} offer changed.',
    '{{n}} offers changed._other': '{{n}} offers changed.',
    '{{n}} rows_one': '{{n}} row',
    '{{n}} rows_other': '{{n}} rows',
    'Change {{n}} offers_one': 'Change {{n}} offer',
    'Change {{n}} offers_other': 'Change {{n}} offers',
    'Import {{n}} rows_one': 'Import {{n}} row',
    'Import {{n}} rows_other': 'Import {{n}} rows',
};
