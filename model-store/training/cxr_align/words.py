"""What the pack says about itself in words: uses, limits, sources."""

from __future__ import annotations

TITLE = "cxr-align: chest radiographs and short English texts in one space"
INTENDED_USE = (
    "Development, demonstration and testing of software that serves radiograph models: retrieval, similarity, prompt classification and word maps "
    "on frontal chest radiographs. Research on small models."
)
NOT_FOR = (
    "Diagnosis, triage, screening or any other use in the care of a patient. Not a medical device. Not for lateral films, other body parts, CT, "
    "nor for telling COVID-19, age or sex."
)
LIMITATIONS = [
    "The training sentences were composed from labels; no radiologist's report was ever seen. This is prompt classification within a few wordings, not understanding of reports.",
    "Labels: NIH's were mined from reports by software; the children's come from one hospital; only pneumonia against normal, bacterial against viral, and the view are backed by more than a few dozen test films.",
    "Datasets differ in everything (hospital, age, machine). Child or adult and COVID-19 are dataset identity here; COVID-19 was never contrasted with films of other datasets and no figure is claimed for it.",
    "On the NIH films the model is no better than an 8x8 thumbnail at telling abnormal from normal, and NIH's normal films here come from one range of patient numbers: do not read this figure as skill.",
    "Bacterial against viral stays below the project's bar and falls further when all but the lungs is covered.",
    "Views are partly read from outside the lungs, as they should be; AP and sickness go together in hospitals, so a view can leak into a finding.",
    "NIH findings other than pneumonia have a handful of test films each; their figures are reported with intervals and nothing is claimed.",
    "Images are squashed to 160 x 160 pixels: small nodules, thin pneumothorax lines and fine interstitial patterns are lost.",
    "A word outside the vocabulary's sense (anything not in the training sentences) is split into pieces and read by chance.",
    "Word maps show where a word's vector agrees with the picture. Lung and side words were trained to look there; a finding's map is not a localisation of the finding.",
    "One seed, one run, 106 minutes of one processor core. Figures come from the same sources as the training films; expect less elsewhere.",
]
ATTRIBUTIONS = [
    "NIH ChestX-ray14: https://nihcc.app.box.com/v/ChestXray-NIHCC. Wang X, Peng Y, Lu L, Lu Z, Bagheri M, Summers RM. ChestX-ray8: Hospital-scale Chest X-ray Database and "
    "Benchmarks on Weakly-Supervised Classification and Localization of Common Thorax Diseases. CVPR 2017. The NIH Clinical Center is the data provider.",
    "Kermany D, Zhang K, Goldbaum M. Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification. Mendeley Data v2, 2018, doi:10.17632/rscbjbr9sj.2. CC BY 4.0. Films were reduced in size.",
    "Winther H. et al. COVID-19 Image Repository, Hannover Medical School, doi:10.6084/m9.figshare.12275009. CC BY 3.0. Films were reduced in size.",
    "Cohen J.P. et al. covid-chestxray-dataset, arXiv:2003.11597 and arXiv:2006.11988: only films that are CC BY; the share-alike film was left out.",
    "Lung masks: V7 Labs covid-19-xray-dataset (V7, CloudFactory), CC BY 4.0; GeneralBlockchain covid-19-chest-xray-segmentations-dataset (A. El Hajjami, M. Soliman), CC BY 4.0.",
]
DATA_NAMES = {
    "kermany": "Kermany 2018 (children, Guangzhou)", "nih": "NIH ChestX-ray14 (1000-image subset)",
    "hannover": "COVID-19 Image Repository (Hannover)", "cohen": "covid-chestxray-dataset (CC BY films)", "all": "all datasets pooled",
}
