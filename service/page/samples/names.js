// The samples that the start offers; their names in words stand in i18n.
export const SAMPLES = ["county-2021.txt", "county-2022.txt", "bureau-2016.txt", "town-2012.html"];
