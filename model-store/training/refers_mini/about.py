"""What the pack says about itself in words: uses, limits, sources."""

from __future__ import annotations

from ..cxr_align.words import ATTRIBUTIONS as ALL_ATTRIBUTIONS

NAME, VERSION = "refers-mini", "1.0.0"
TITLE = "refers-mini: one vector and a draft findings text for a study of one to four frontal chest radiographs"
FIRST_LINE = "No radiologist wrote the sentences that this model was trained on: they were composed from labels, and what it writes are labels in a sentence."
INTENDED_USE = (
    "Development, demonstration and testing of software that reads whole studies (the REFERS family): study vectors, view weights, draft texts token by token. Research on small models."
)
NOT_FOR = (
    "Diagnosis, triage, reporting or any other use in the care of a patient. Not a medical device. Its text is no radiology report and no draft of one that a physician should start from. "
    "Not for lateral films, other body parts, CT, nor for telling COVID-19."
)
LIMITATIONS = [
    "The training texts were composed from labels: a view and a list of findings in fixed words. No report was ever seen; the text can say nothing else, no side, no size, no change, no device.",
    "Labels: NIH's were mined from reports by software; the children's come from one hospital. Only pneumonia against no finding, bacterial against viral, and the view are backed by more than a few dozen test films.",
    "Datasets differ in everything. On these sources COVID-19 is which hospital a film is from: the words COVID-19 in a text mean no more than that, and nothing is claimed for them.",
    "NIH findings beside pneumonia have 1 to 23 test films each and are mostly missed or guessed; their figures stand in the card with intervals, and nothing is claimed.",
    "A finding that the text does not mention is not absent: 'no finding' is the only denial that the text knows.",
    "Studies of several films were films of one patient with the same labels, and changed or spoiled copies of one film. No real second projection (lateral) was ever seen; films of different findings in one study neither.",
    "The image encoder is cxr-align's, frozen, and was trained on the same training films: it knows them better than new ones, and so does everything learned on top.",
    "'No report' is written when every film's outlier score is above 1. The card says what that catches and what not: films of adults are refused more often than the one in a hundred aimed at (5 of 96 of NIH's test films, 3 of 20 of Hannover's). A radiograph of another body part was never tried, because none was there.",
    "Images are squashed to 160 x 160 pixels. One seed, one run. Figures come from the same sources as the training films; expect less elsewhere.",
]
ATTRIBUTIONS = [
    *(line for line in ALL_ATTRIBUTIONS if not line.startswith("Lung masks")),
    "Image and text encoder, similarity and prototypes: cxr-align 1.0.0 (radserve, CC BY 4.0), whose training also used lung masks of V7 Labs covid-19-xray-dataset (V7, CloudFactory), CC BY 4.0, and "
    "GeneralBlockchain covid-19-chest-xray-segmentations-dataset (A. El Hajjami, M. Soliman), CC BY 4.0.",
]
CITATION = (
    "Zhou H-Y, Chen X, Zhang Y, Luo R, Wang L, Yu Y. Generalized radiograph representation learning via cross-supervision between images and free-text radiology reports. "
    "Nature Machine Intelligence 4, 2022. arXiv:2111.03452. This pack is a small model of that design, not the authors' work or weights."
)
