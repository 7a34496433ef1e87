// Generated from openapi/openapi.json by `npm run client`. Do not edit.

export interface paths {
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Vectors of texts, images and studies in one space
         * @description OpenAI's shape, with images beside texts.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "input": [
                     *         "No pleural effusion.",
                     *         {
                     *           "image": {
                     *             "url": "data:image/png;base64,iVBORw0K…"
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description A text, or a list of texts, images and studies. */
                        input: string | (string | {
                            text: string;
                        } | {
                            /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                            image: {
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            };
                        } | {
                            study: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                        })[];
                        /**
                         * @description base64: little-endian float32. Left out: float.
                         * @enum {unknown}
                         */
                        encoding_format?: "float" | "base64";
                        /** @description Keeps the first so many numbers of each vector, normalised again. */
                        dimensions?: number;
                        /**
                         * @description local: a vector for each cell of an image or word of a text.
                         * @enum {unknown}
                         */
                        level?: "global" | "local";
                        /** @description Adds the so many most probable prototypes. */
                        prototypes?: number;
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                        /** @description Taken for OpenAI's clients and ignored. */
                        user?: string;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /** @description The parts of this name are the films of one study. */
                        study?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description A text, or a list of texts, images and studies. */
                        input?: string | (string | {
                            text: string;
                        } | {
                            /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                            image: {
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            };
                        } | {
                            study: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                        })[];
                        /**
                         * @description base64: little-endian float32. Left out: float.
                         * @enum {unknown}
                         */
                        encoding_format?: "float" | "base64";
                        /** @description Keeps the first so many numbers of each vector, normalised again. */
                        dimensions?: number;
                        /**
                         * @description local: a vector for each cell of an image or word of a text.
                         * @enum {unknown}
                         */
                        level?: "global" | "local";
                        /** @description Adds the so many most probable prototypes. */
                        prototypes?: number;
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                        /** @description Taken for OpenAI's clients and ignored. */
                        user?: string;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description Vectors in the order of the input. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "embedding";
                                index: number;
                                /** @enum {unknown} */
                                kind: "text" | "image" | "study";
                                /** @description Of unit length. With level local a list of vectors; with base64 all numbers in one text. */
                                embedding: number[] | number[][] | string;
                                /** @description Vectors and their length, with level local. */
                                shape?: number[];
                                /** @description Of an image, level local: the cells are row by row from the top left. */
                                grid?: {
                                    rows: number;
                                    columns: number;
                                };
                                /** @description Of a text, level local: what each vector is of. */
                                words?: string[];
                                prototypes?: {
                                    index: number;
                                    name?: string;
                                    probability: number;
                                }[];
                                /** @description Of a study: the share of each film, in the order given; the sum is 1. */
                                view_weights?: number[];
                                /** @description Of a study, with view_weights patch: gates from 0 to 1 or shares, as the model has them. */
                                patch_weights?: {
                                    rows: number;
                                    columns: number;
                                    /** @description For each film its cells, row by row from the top left. */
                                    values: number[][];
                                };
                                /** @description Of a study, where the model says how its films should look. */
                                warnings?: {
                                    /**
                                     * @description unexpected_view: the film looks like another view than those that the model was made for.
                                     * @enum {unknown}
                                     */
                                    code: "unexpected_view";
                                    /** @description Index of the film in the study. */
                                    film: number;
                                    detail: string;
                                }[];
                            }[];
                            /** @description `name@version`; x-model-digest says which bytes. */
                            model: string;
                            /** @description OpenAI's shape, and how many texts were cut. */
                            usage: {
                                /** @description Text tokens read, special ones included; 0 for images. */
                                prompt_tokens: number;
                                total_tokens: number;
                                /** @description Texts that were longer than the model reads. */
                                truncated_texts: number;
                            };
                        };
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/similarities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How well each text fits each image, and where
         * @description With accept: image/png, a request for one image answers the map of one text over that image.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       },
                     *       "texts": [
                     *         "Right pleural effusion."
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description Sentences that each image is compared with. */
                        texts: string[];
                        /**
                         * @description Left out: both where the model has a local score.
                         * @enum {unknown}
                         */
                        mode?: "global" | "local" | "both";
                        /** @description Adds where in the image each word is seen. */
                        maps?: boolean;
                        /**
                         * @description Maps as grids of numbers (the default), as PNG overlays placed on the original image, or both.
                         * @enum {unknown}
                         */
                        map_format?: "grid" | "png" | "both";
                        /**
                         * @description A PNG map over its film (the default), or the heat map alone in gray.
                         * @enum {unknown}
                         */
                        map_style?: "overlay" | "heat_map";
                        /** @description The word whose map is drawn; left out, the mean over the words. */
                        map_word?: number;
                        /** @description With accept: image/png, the text whose map is drawn; left out, the first. */
                        map_for?: string;
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description Sentences that each image is compared with. */
                        texts: string[];
                        /**
                         * @description Left out: both where the model has a local score.
                         * @enum {unknown}
                         */
                        mode?: "global" | "local" | "both";
                        /** @description Adds where in the image each word is seen. */
                        maps?: boolean;
                        /**
                         * @description Maps as grids of numbers (the default), as PNG overlays placed on the original image, or both.
                         * @enum {unknown}
                         */
                        map_format?: "grid" | "png" | "both";
                        /**
                         * @description A PNG map over its film (the default), or the heat map alone in gray.
                         * @enum {unknown}
                         */
                        map_style?: "overlay" | "heat_map";
                        /** @description The word whose map is drawn; left out, the mean over the words. */
                        map_word?: number;
                        /** @description With accept: image/png, the text whose map is drawn; left out, the first. */
                        map_for?: string;
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description Every text of the first image, then of the second, and so on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "similarity";
                                /** @description Index of the image. */
                                image: number;
                                /** @description Index of the text. */
                                text: number;
                                score: number;
                                /** @description Cosine of the two vectors. */
                                global?: number;
                                /** @description Score of words against regions. */
                                local?: number;
                                map?: {
                                    rows: number;
                                    columns: number;
                                    /**
                                     * @description attention: the cells of a word sum to 1. cosine: each cell lies between -1 and 1.
                                     * @enum {unknown}
                                     */
                                    kind: "attention" | "cosine";
                                    words: string[];
                                    /** @description For each word its cells, row by row from the top left. */
                                    values?: number[][];
                                    /**
                                     * Format: byte
                                     * @description PNG in base64, in the proportions of the original image.
                                     */
                                    png?: string;
                                };
                            }[];
                            /** @description Exactly which model bytes answered. */
                            model: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description OpenAI's shape, and how many texts were cut. */
                            usage: {
                                /** @description Text tokens read, special ones included; 0 for images. */
                                prompt_tokens: number;
                                total_tokens: number;
                                /** @description Texts that were longer than the model reads. */
                                truncated_texts: number;
                            };
                        };
                        "image/png": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/classifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Zero-shot scores of labels
         * @description At most one of label_set, labels and prompts; images, or the films of one study for one answer. With accept: image/png, a request for one image answers the map of one label over that image; with accept: application/fhir+json, a FHIR R4 Bundle.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       },
                     *       "labels": [
                     *         "pleural effusion",
                     *         "pneumothorax"
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The films of one study, in place of images: one answer for all of them together. */
                        study?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description A set of the model; left out with labels, its default. */
                        label_set?: string;
                        /** @description Free labels; prompts are generated. */
                        labels?: string[];
                        /** @description Free labels with prompts of your own. */
                        prompts?: {
                            [key: string]: string[];
                        };
                        /** @enum {unknown} */
                        prompt_aggregation?: "max" | "mean" | "mean_of_embeddings";
                        /** @enum {unknown} */
                        activation?: "none" | "softmax" | "sigmoid";
                        /** @description Adds where in the image each label is seen. */
                        maps?: boolean;
                        /**
                         * @description Maps as grids of numbers (the default), as PNG overlays placed on the original image, or both.
                         * @enum {unknown}
                         */
                        map_format?: "grid" | "png" | "both";
                        /**
                         * @description A PNG map over its film (the default), or the heat map alone in gray.
                         * @enum {unknown}
                         */
                        map_style?: "overlay" | "heat_map";
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description With accept: image/png, the label whose map is drawn; left out, the best. */
                        map_for?: string;
                        /**
                         * @description With accept: application/dicom, which object; left out, structured_report. A secondary capture is the map of one label, as map_for and map_style say.
                         * @enum {unknown}
                         */
                        dicom_object?: "structured_report" | "secondary_capture";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        study?: string[];
                        /** @description A set of the model; left out with labels, its default. */
                        label_set?: string;
                        /** @description Free labels; prompts are generated. */
                        labels?: string[];
                        /** @description Free labels with prompts of your own. */
                        prompts?: {
                            [key: string]: string[];
                        };
                        /** @enum {unknown} */
                        prompt_aggregation?: "max" | "mean" | "mean_of_embeddings";
                        /** @enum {unknown} */
                        activation?: "none" | "softmax" | "sigmoid";
                        /** @description Adds where in the image each label is seen. */
                        maps?: boolean;
                        /**
                         * @description Maps as grids of numbers (the default), as PNG overlays placed on the original image, or both.
                         * @enum {unknown}
                         */
                        map_format?: "grid" | "png" | "both";
                        /**
                         * @description A PNG map over its film (the default), or the heat map alone in gray.
                         * @enum {unknown}
                         */
                        map_style?: "overlay" | "heat_map";
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description With accept: image/png, the label whose map is drawn; left out, the best. */
                        map_for?: string;
                        /**
                         * @description With accept: application/dicom, which object; left out, structured_report. A secondary capture is the map of one label, as map_for and map_style say.
                         * @enum {unknown}
                         */
                        dicom_object?: "structured_report" | "secondary_capture";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description For each image, or for the study, its labels. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "classification";
                                /** @description Index of the image; 0 for a study. */
                                index: number;
                                /** @description Highest score first. */
                                labels: {
                                    label: string;
                                    /** @description score_kind says what it means. */
                                    score: number;
                                    /** @description What the activation or the calibration was applied to. */
                                    logit: number;
                                    prompts?: {
                                        text: string;
                                        score: number;
                                        negative: boolean;
                                    }[];
                                    map?: {
                                        rows: number;
                                        columns: number;
                                        /**
                                         * @description attention: the cells of a word sum to 1. cosine: each cell lies between -1 and 1.
                                         * @enum {unknown}
                                         */
                                        kind: "attention" | "cosine";
                                        /** @description The prompt whose words these are. */
                                        text: string;
                                        /** @description Cells, row by row from the top left. */
                                        values?: number[];
                                        /**
                                         * Format: byte
                                         * @description PNG in base64, in the proportions of the original image.
                                         */
                                        png?: string;
                                    };
                                    /** @description Of a study: a map for each film, in the order given. */
                                    maps?: {
                                        rows: number;
                                        columns: number;
                                        /**
                                         * @description attention: the cells of a word sum to 1. cosine: each cell lies between -1 and 1.
                                         * @enum {unknown}
                                         */
                                        kind: "attention" | "cosine";
                                        /** @description The prompt whose words these are. */
                                        text: string;
                                        /** @description Cells, row by row from the top left. */
                                        values?: number[];
                                        /**
                                         * Format: byte
                                         * @description PNG in base64, in the proportions of the original image.
                                         */
                                        png?: string;
                                    }[];
                                }[];
                                /** @description Of a study: the share of each film, in the order given; the sum is 1. */
                                view_weights?: number[];
                                /** @description Of a study, with view_weights patch: gates from 0 to 1 or shares, as the model has them. */
                                patch_weights?: {
                                    rows: number;
                                    columns: number;
                                    /** @description For each film its cells, row by row from the top left. */
                                    values: number[][];
                                };
                                /** @description Of a study, where the model says how its films should look. */
                                warnings?: {
                                    /**
                                     * @description unexpected_view: the film looks like another view than those that the model was made for.
                                     * @enum {unknown}
                                     */
                                    code: "unexpected_view";
                                    /** @description Index of the film in the study. */
                                    film: number;
                                    detail: string;
                                }[];
                            }[];
                            /** @description Exactly which model bytes answered. */
                            model: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /**
                             * @description probability: calibrated on the set that the model's card names. softmax: shares among the labels asked for. sigmoid: uncalibrated. margin: positive minus negative prompts. zscore: deviations from reference films. cosine, similarity: the score itself.
                             * @enum {unknown}
                             */
                            score_kind: "probability" | "softmax" | "sigmoid" | "margin" | "zscore" | "cosine" | "similarity";
                            label_set?: string;
                            /** @description What the author of the label set says about it. */
                            note?: string;
                            /** @description OpenAI's shape, and how many texts were cut. */
                            usage: {
                                /** @description Text tokens read, special ones included; 0 for images. */
                                prompt_tokens: number;
                                total_tokens: number;
                                /** @description Texts that were longer than the model reads. */
                                truncated_texts: number;
                            };
                        };
                        "image/png": string;
                        "application/fhir+json": {
                            /** @enum {string} */
                            resourceType: "Bundle";
                            /** @enum {string} */
                            type: "collection";
                            /** Format: date-time */
                            timestamp?: string;
                            entry: {
                                [key: string]: unknown;
                            }[];
                        };
                        "application/dicom": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/segmentations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Masks of what texts name, in the pixels of the film
         * @description A request for one image and one text can be answered as image/png (overlay, mask or probabilities) or as application/x-npy (probabilities); one for one DICOM film as application/dicom. With accept: application/fhir+json, a FHIR R4 Bundle of areas.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       },
                     *       "text": "left lung"
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description What to outline. */
                        text?: string;
                        /** @description Several texts; they share the work on each image. */
                        texts?: string[];
                        /** @description Inside is what has a greater probability; left out, the model's own. */
                        threshold?: number;
                        /** @description What an answer in JSON holds beside the measurements; left out, mask and contours. */
                        output?: ("mask" | "contours" | "probabilities")[];
                        /**
                         * @description Left out, both.
                         * @enum {unknown}
                         */
                        mask_format?: "rle" | "png" | "both";
                        /**
                         * @description 16-bit gray PNG (the default), or float32 as NumPy writes it.
                         * @enum {unknown}
                         */
                        probability_format?: "png" | "npy";
                        /**
                         * @description With accept: image/png, what the picture shows; left out, overlay.
                         * @enum {unknown}
                         */
                        picture?: "overlay" | "mask" | "probabilities";
                        /**
                         * @description With accept: application/dicom, which object; left out, segmentation (binary).
                         * @enum {unknown}
                         */
                        dicom_object?: "segmentation" | "fractional_segmentation" | "presentation_state" | "secondary_capture";
                        /** @description With accept: application/dicom, segments say their text; left out, its sha256: a text may name somebody. */
                        embed_text?: boolean;
                        /** @description Enclosed gaps become inside. */
                        fill_holes?: boolean;
                        /** @description Smaller regions are dropped. */
                        min_area_px?: number;
                        /** @description So many of the largest regions are kept. */
                        largest?: number;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        ground_truth?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description Masks to compare with, of the size of their film: one for each text of the first image, then … */
                        ground_truths?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description [down, across] in mm, as in DICOM, of every image; left out, what a DICOM file says. Other files do not say it. */
                        pixel_spacing?: number[];
                        /**
                         * @description Where the patient’s left is; left out, what a DICOM file says, else image_right, as on a frontal film in its standard place.
                         * @enum {unknown}
                         */
                        patient_left?: "image_right" | "image_left";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description What to outline. */
                        text?: string;
                        /** @description Several texts; they share the work on each image. */
                        texts?: string[];
                        /** @description Inside is what has a greater probability; left out, the model's own. */
                        threshold?: number;
                        /** @description What an answer in JSON holds beside the measurements; left out, mask and contours. */
                        output?: ("mask" | "contours" | "probabilities")[];
                        /**
                         * @description Left out, both.
                         * @enum {unknown}
                         */
                        mask_format?: "rle" | "png" | "both";
                        /**
                         * @description 16-bit gray PNG (the default), or float32 as NumPy writes it.
                         * @enum {unknown}
                         */
                        probability_format?: "png" | "npy";
                        /**
                         * @description With accept: image/png, what the picture shows; left out, overlay.
                         * @enum {unknown}
                         */
                        picture?: "overlay" | "mask" | "probabilities";
                        /**
                         * @description With accept: application/dicom, which object; left out, segmentation (binary).
                         * @enum {unknown}
                         */
                        dicom_object?: "segmentation" | "fractional_segmentation" | "presentation_state" | "secondary_capture";
                        /** @description With accept: application/dicom, segments say their text; left out, its sha256: a text may name somebody. */
                        embed_text?: boolean;
                        /** @description Enclosed gaps become inside. */
                        fill_holes?: boolean;
                        /** @description Smaller regions are dropped. */
                        min_area_px?: number;
                        /** @description So many of the largest regions are kept. */
                        largest?: number;
                        /** Format: binary */
                        ground_truth?: string;
                        ground_truths?: string[];
                        /** @description [down, across] in mm, as in DICOM, of every image; left out, what a DICOM file says. Other files do not say it. */
                        pixel_spacing?: number[];
                        /**
                         * @description Where the patient’s left is; left out, what a DICOM file says, else image_right, as on a frontal film in its standard place.
                         * @enum {unknown}
                         */
                        patient_left?: "image_right" | "image_left";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description Every text of the first image, then of the second, and so on. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "segmentation";
                                index: number;
                                /** @description Index of the image. */
                                image: number;
                                /** @description Index of the text. */
                                text: number;
                                words: {
                                    /** @description Words and marks that the model read, in its own spelling. */
                                    used: string[];
                                    /** @description How many of the used ones, at their end, the model’s own filling put there. */
                                    filled: number;
                                    /** @description Words that it did not read, 100 at most. */
                                    cut: string[];
                                    /** @description How many they are; of a very long text the first hundreds are counted. */
                                    cut_count: number;
                                };
                                threshold: number;
                                /** @description Of the original image. */
                                size: {
                                    width: number;
                                    height: number;
                                };
                                /** @description What areas in mm² and distances in mm were computed with. */
                                pixel_spacing?: {
                                    /** @description [down, across] */
                                    mm: number[];
                                    /**
                                     * @description detector: measured there, where things look larger than in the patient.
                                     * @enum {unknown}
                                     */
                                    source: "request" | "calibrated" | "detector";
                                };
                                area_px: number;
                                /** @description Only where the spacing of the pixels is known. */
                                area_mm2?: number;
                                /** @description Pixels of the original image. */
                                bounding_box?: {
                                    x: number;
                                    y: number;
                                    width: number;
                                    height: number;
                                };
                                /** @description Continuous pixels of the original image: pixel i has its centre at i + 0.5. */
                                centroid?: {
                                    x: number;
                                    y: number;
                                };
                                /** @description Over the mask; absent when it is empty. */
                                mean_probability?: number;
                                /** @description Over the whole image. */
                                max_probability: number;
                                /** @description Components of the mask. */
                                region_count: number;
                                /** @description The largest first, 256 at most. */
                                regions: {
                                    area_px: number;
                                    /** @description Only where the spacing of the pixels is known. */
                                    area_mm2?: number;
                                    /** @description Pixels of the original image. */
                                    bounding_box: {
                                        x: number;
                                        y: number;
                                        width: number;
                                        height: number;
                                    };
                                    /** @description Continuous pixels of the original image: pixel i has its centre at i + 0.5. */
                                    centroid: {
                                        x: number;
                                        y: number;
                                    };
                                    /**
                                     * @description The patient’s side on which the centroid lies.
                                     * @enum {unknown}
                                     */
                                    laterality: "left" | "right" | "midline";
                                    mean_probability: number;
                                    max_probability: number;
                                    contours?: {
                                        /** @description [x, y] of border pixels of the original image; straight ways are left out, the last joins the first. */
                                        outer: [
                                            number,
                                            number
                                        ][];
                                        holes: [
                                            number,
                                            number
                                        ][][];
                                    };
                                }[];
                                /** @description The mask as COCO’s compressed run lengths: pycocotools.mask.decode takes it. */
                                rle?: {
                                    /** @description [height, width] */
                                    size: number[];
                                    counts: string;
                                };
                                /**
                                 * Format: byte
                                 * @description The mask as a gray PNG of the original size: 255 inside, 0 outside.
                                 */
                                png?: string;
                                probabilities?: {
                                    /**
                                     * Format: byte
                                     * @description 16-bit gray of the original size: round(probability · 65535).
                                     */
                                    png?: string;
                                    /**
                                     * Format: byte
                                     * @description float32[height, width] of the original size; NaN where the model saw nothing.
                                     */
                                    npy?: string;
                                };
                                /** @description How well the mask agrees with the ground truth. No distances where one of the two is empty. */
                                ground_truth?: {
                                    dice: number;
                                    iou: number;
                                    ground_truth_area_px: number;
                                    /** @description 95th percentile of the distances between the borders. */
                                    hd95_px?: number;
                                    /** @description Average symmetric surface distance. */
                                    mean_surface_distance_px?: number;
                                    hd95_mm?: number;
                                    mean_surface_distance_mm?: number;
                                };
                                warnings: {
                                    /** @enum {unknown} */
                                    code: "unknown_text" | "unknown_words" | "words_cut" | "out_of_domain" | "empty_mask" | "low_confidence";
                                    detail: string;
                                }[];
                            }[];
                            /**
                             * @description Pixels of a region that touch at a corner hang together.
                             * @enum {number}
                             */
                            connectivity: 8;
                            /** @description Exactly which model bytes answered. */
                            model: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description OpenAI's shape, and how many texts were cut. */
                            usage: {
                                /** @description Text tokens read, special ones included; 0 for images. */
                                prompt_tokens: number;
                                total_tokens: number;
                                /** @description Texts that were longer than the model reads. */
                                truncated_texts: number;
                            };
                        };
                        "image/png": string;
                        "application/x-npy": string;
                        "application/fhir+json": {
                            /** @enum {string} */
                            resourceType: "Bundle";
                            /** @enum {string} */
                            type: "collection";
                            /** Format: date-time */
                            timestamp?: string;
                            entry: {
                                [key: string]: unknown;
                            }[];
                        };
                        "application/dicom": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A draft of the findings of one study
         * @description Always preliminary, never a diagnosis. With stream or accept: text/event-stream, token by token. A form and a raw film are taken too.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "images": [
                     *         {
                     *           "url": "data:image/png;base64,iVBORw0K…"
                     *         }
                     *       ],
                     *       "max_tokens": 60,
                     *       "beam": 5
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description The films of one study. */
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The same as images. */
                        study?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The end token counts. */
                        max_tokens?: number;
                        /**
                         * @description Left out, told by the options that are given, else the model's own.
                         * @enum {unknown}
                         */
                        method?: "greedy" | "beam" | "sample";
                        /** @description Texts that a beam search holds. */
                        beam?: number;
                        /** @description Above 0 longer texts gain. */
                        length_penalty?: number;
                        /** @description As Hugging Face's generate; left out, the model's own. */
                        early_stopping?: boolean | "never";
                        /** @description No run of so many tokens comes twice; 0 for no such rule. */
                        no_repeat_ngram?: number;
                        /** @description Draws tokens. */
                        temperature?: number;
                        /** @description Draws among so many; 0 for all. */
                        top_k?: number;
                        /** @description Draws among the likeliest of this share. */
                        top_p?: number;
                        /** @description Of the draws: 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn. */
                        seed?: number | string;
                        /** @description Hold the text against a classifier of the same films: true for the model's own, the name of a label set of it, or another model, with a label set where its default is not meant. */
                        check_with?: boolean | string | {
                            /**
                             * @description `name` or `name@version`; left out, the task's default.
                             * @example cxr-align
                             * @example cxr-align@1.0.0
                             */
                            model?: string;
                            label_set?: string;
                        };
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description The same as accept: text/event-stream. */
                        stream?: boolean;
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        study?: string[];
                        /** @description The end token counts. */
                        max_tokens?: number;
                        /**
                         * @description Left out, told by the options that are given, else the model's own.
                         * @enum {unknown}
                         */
                        method?: "greedy" | "beam" | "sample";
                        /** @description Texts that a beam search holds. */
                        beam?: number;
                        /** @description Above 0 longer texts gain. */
                        length_penalty?: number;
                        /** @description As Hugging Face's generate; left out, the model's own. */
                        early_stopping?: boolean | "never";
                        /** @description No run of so many tokens comes twice; 0 for no such rule. */
                        no_repeat_ngram?: number;
                        /** @description Draws tokens. */
                        temperature?: number;
                        /** @description Draws among so many; 0 for all. */
                        top_k?: number;
                        /** @description Draws among the likeliest of this share. */
                        top_p?: number;
                        /** @description Of the draws: 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn. */
                        seed?: number | string;
                        /** @description Hold the text against a classifier of the same films: true for the model's own, the name of a label set of it, or another model, with a label set where its default is not meant. */
                        check_with?: boolean | string | {
                            /**
                             * @description `name` or `name@version`; left out, the task's default.
                             * @example cxr-align
                             * @example cxr-align@1.0.0
                             */
                            model?: string;
                            label_set?: string;
                        };
                        /**
                         * @description Of studies. film: the share of each film (the default). patch: also the weight of each of its cells.
                         * @enum {unknown}
                         */
                        view_weights?: "film" | "patch";
                        /** @description The same as accept: text/event-stream. */
                        stream?: boolean;
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description A draft of the findings of one study. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "report";
                            /** @enum {string} */
                            status: "preliminary";
                            /** @enum {string} */
                            notice: "Draft written by a model and read by nobody: not a diagnosis, and not for the care of a patient before a radiologist has read the films.";
                            /** @description The text. */
                            findings: string;
                            /**
                             * @description stop: the end token came. length: max_tokens. deadline: a stream was out of time.
                             * @enum {unknown}
                             */
                            finish_reason: "stop" | "length" | "deadline";
                            /** @description With the end token, if it came. */
                            tokens: {
                                id: number;
                                /** @description As the model's vocabulary has it. */
                                token: string;
                                /** @description What it adds to the findings. */
                                text: string;
                                /** @description Natural logarithm, before rules, temperature and cuts. */
                                log_probability: number;
                            }[];
                            /** @description Sum over the tokens. */
                            log_probability: number;
                            /** @description Of a study: the share of each film, in the order given; the sum is 1. */
                            view_weights?: number[];
                            /** @description Of a study, with view_weights patch: gates from 0 to 1 or shares, as the model has them. */
                            patch_weights?: {
                                rows: number;
                                columns: number;
                                /** @description For each film its cells, row by row from the top left. */
                                values: number[][];
                            };
                            /** @description What the text says of each finding of the model. */
                            structured: {
                                label: string;
                                /**
                                 * @description What is not mentioned is not absent.
                                 * @enum {unknown}
                                 */
                                state: "present" | "absent" | "not_mentioned";
                                /** @description The model's phrase that the text holds. */
                                phrase?: string;
                            }[];
                            /** @description The classifier that the text was held against. */
                            check?: {
                                /** @description Exactly which model bytes answered. */
                                model: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                label_set?: string;
                                /** @enum {unknown} */
                                score_kind: "probability" | "softmax" | "sigmoid" | "margin" | "zscore" | "cosine" | "similarity";
                                labels: {
                                    label: string;
                                    classifier_label: string;
                                    /** @enum {unknown} */
                                    text: "present" | "absent" | "not_mentioned";
                                    /** @enum {unknown} */
                                    classifier: "present" | "absent";
                                    /** @description The greatest of the films. */
                                    score: number;
                                    threshold: number;
                                }[];
                            };
                            /** @description Where only one of them sees the finding, one that the text does not mention among them. */
                            disagreements?: {
                                label: string;
                                classifier_label: string;
                                /** @enum {unknown} */
                                text: "present" | "absent" | "not_mentioned";
                                /** @enum {unknown} */
                                classifier: "present" | "absent";
                                /** @description The greatest of the films. */
                                score: number;
                                threshold: number;
                            }[];
                            warnings: {
                                /** @enum {unknown} */
                                code: "cut_short" | "contradiction" | "unfit_films" | "unread_tokens" | "unexpected_view";
                                /** @description Index of the film that it is about. */
                                film?: number;
                                detail: string;
                            }[];
                            /** @description What was done, with every default. */
                            options: {
                                /** @enum {unknown} */
                                method: "greedy" | "beam" | "sample";
                                max_tokens: number;
                                no_repeat_ngram: number;
                                beam?: number;
                                length_penalty?: number;
                                early_stopping?: boolean | "never";
                                temperature?: number;
                                top_k?: number;
                                top_p?: number;
                                seed?: number | string;
                            };
                            /** @description Exactly which model bytes answered. */
                            model: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                        };
                        "application/fhir+json": {
                            /** @enum {string} */
                            resourceType: "Bundle";
                            /** @enum {string} */
                            type: "collection";
                            /** Format: date-time */
                            timestamp?: string;
                            entry: {
                                [key: string]: unknown;
                            }[];
                        };
                        "text/event-stream": string;
                        "application/dicom": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Synthetic radiographs from words
         * @description OpenAI's fields and more. Every image is marked as synthetic in its bytes. A form of the same fields is taken too.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "prompt": "chest radiograph, pneumonia",
                     *       "seed": 7
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /**
                         * @description A text, or values for the fields of the model's template.
                         * @example chest radiograph, pneumonia
                         */
                        prompt: string | {
                            [key: string]: string | number | string[];
                        };
                        /** @description What to keep away from; read where guidance_scale is above 1. */
                        negative_prompt?: string;
                        /** @description Images; left out, 1. Image i has seed + i. */
                        n?: number;
                        /**
                         * @description WIDTHxHEIGHT in pixels, in the model's range; auto or left out, its usual size, for an edit the film's.
                         * @example 128x128
                         */
                        size?: string;
                        /** @description Of the sampler; left out, the model's own. */
                        steps?: number;
                        /** @description 1 or less: without guidance and negative prompt. */
                        guidance_scale?: number;
                        /** @description Lin et al. 2023 (2305.08891), section 3.4; left out, the model’s own. */
                        guidance_rescale?: number;
                        /** @description The sampler by name, or with options; left out, the model's own. */
                        scheduler?: ("ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm") | {
                            /** @enum {unknown} */
                            name: "ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm";
                            /** @enum {unknown} */
                            timestep_spacing?: "leading" | "trailing" | "linspace";
                            steps_offset?: number;
                            set_alpha_to_one?: boolean;
                            clip_sample?: boolean;
                            clip_sample_range?: number;
                            thresholding?: boolean;
                            dynamic_thresholding_ratio?: number;
                            sample_max_value?: number;
                            eta?: number;
                            use_clipped_model_output?: boolean;
                            skip_prk_steps?: boolean;
                            use_karras_sigmas?: boolean;
                            /** @enum {unknown} */
                            interpolation_type?: "linear" | "log_linear";
                            /** @enum {unknown} */
                            final_sigmas_type?: "zero" | "sigma_min";
                            /** @enum {unknown} */
                            algorithm_type?: "dpmsolver++" | "sde-dpmsolver++";
                            solver_order?: number;
                            /** @enum {unknown} */
                            solver_type?: "midpoint" | "heun" | "bh1" | "bh2";
                            lower_order_final?: boolean;
                            euler_at_final?: boolean;
                            lambda_min_clipped?: number | null;
                            predict_x0?: boolean;
                            disable_corrector?: number[];
                            original_inference_steps?: number;
                            timestep_scaling?: number;
                        };
                        /** @description 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn. */
                        seed?: number | string;
                        /**
                         * @description Whose random numbers a seed stands for: those of torch on a CPU or on a CUDA device.
                         * @enum {unknown}
                         */
                        noise_source?: "torch-cpu" | "torch-cuda";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                        /**
                         * @description Left out, what `accept` asks for, else png.
                         * @enum {unknown}
                         */
                        output_format?: "png" | "jpeg" | "webp";
                        /** @description Quality of a JPEG or WebP. Left out, 100 for JPEG and without loss for WebP. */
                        output_compression?: number;
                        /** @description Of a PNG; left out, 8. */
                        bit_depth?: 8 | 16;
                        /**
                         * @description The word SYNTHETIC in a strip below the picture or in its upper left corner; left out, none.
                         * @enum {unknown}
                         */
                        banner?: "none" | "border" | "corner";
                        /** @description Whether the prompts stand in the file's metadata, with the seed and the options; left out, true. */
                        embed_prompt?: boolean;
                        /** @description Answer with OpenAI's events, the images in the last of them. */
                        stream?: boolean;
                        /** @description With stream: previews on the way, where the model has them. */
                        partial_images?: number;
                        /** @description With accept: text/event-stream: a small preview after each so many steps, where the model has one. */
                        preview_every?: number;
                        /**
                         * @description url is refused: images come in the answer, nothing is kept to link to.
                         * @enum {unknown}
                         */
                        response_format?: "b64_json" | "url";
                        /**
                         * @description auto or standard; it is decided by steps.
                         * @enum {unknown}
                         */
                        quality?: "auto" | "standard" | "low" | "medium" | "high" | "hd";
                        /**
                         * @description auto or opaque.
                         * @enum {unknown}
                         */
                        background?: "auto" | "opaque" | "transparent";
                        /**
                         * @description auto; prompts are always looked at.
                         * @enum {unknown}
                         */
                        moderation?: "auto" | "low";
                        /**
                         * @description natural.
                         * @enum {unknown}
                         */
                        style?: "natural" | "vivid";
                        /** @description Taken and not looked at. */
                        user?: string;
                    };
                };
            };
            responses: {
                /** @description Images, each marked as synthetic in its bytes, and everything that it takes to make them again. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Seconds since 1970. */
                            created: number;
                            data: {
                                /**
                                 * Format: byte
                                 * @description The marked file.
                                 */
                                b64_json: string;
                                /** @description Makes this image again by itself: a number, above 2^53 − 1 a decimal text. */
                                seed: number | string;
                                /** @description Of the file. */
                                sha256: string;
                                /** @description Of its pixels before they were written: 16-bit words, little-endian, row by row. */
                                pixels_sha256: string;
                                /** @description How coloured the model’s picture was before it became gray, 0 to 1; 0 for a model that makes gray. */
                                channel_spread: number;
                            }[];
                            /** @description name@version */
                            model: string;
                            digests: {
                                /** @description Of model.json, which holds the digest of every other file. */
                                model: string;
                            };
                            /** @enum {unknown} */
                            output_format: "png" | "jpeg" | "webp";
                            /** @description WIDTHxHEIGHT as made; a banner in a border adds to the file’s. */
                            size: string;
                            /** @enum {string} */
                            background: "opaque";
                            bit_depth: number;
                            /**
                             * @description What the file says of itself in IPTC's terms.
                             * @enum {unknown}
                             */
                            digital_source_type: "trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia";
                            /** @description Of the first image. */
                            seed: number | string;
                            /** @enum {unknown} */
                            noise_source: "torch-cpu" | "torch-cuda";
                            /** @description Fully resolved, with the timestep of each call of the denoiser. */
                            scheduler: {
                                /** @enum {unknown} */
                                name: "ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm";
                                /** @enum {unknown} */
                                timestep_spacing?: "leading" | "trailing" | "linspace";
                                steps_offset?: number;
                                set_alpha_to_one?: boolean;
                                clip_sample?: boolean;
                                clip_sample_range?: number;
                                thresholding?: boolean;
                                dynamic_thresholding_ratio?: number;
                                sample_max_value?: number;
                                eta?: number;
                                use_clipped_model_output?: boolean;
                                skip_prk_steps?: boolean;
                                use_karras_sigmas?: boolean;
                                /** @enum {unknown} */
                                interpolation_type?: "linear" | "log_linear";
                                /** @enum {unknown} */
                                final_sigmas_type?: "zero" | "sigma_min";
                                /** @enum {unknown} */
                                algorithm_type?: "dpmsolver++" | "sde-dpmsolver++";
                                solver_order?: number;
                                /** @enum {unknown} */
                                solver_type?: "midpoint" | "heun" | "bh1" | "bh2";
                                lower_order_final?: boolean;
                                euler_at_final?: boolean;
                                lambda_min_clipped?: number | null;
                                predict_x0?: boolean;
                                disable_corrector?: number[];
                                original_inference_steps?: number;
                                timestep_scaling?: number;
                                timesteps: number[];
                            };
                            /** @description Asked for; an edit does a share of them. */
                            steps: number;
                            denoiser_calls: number;
                            guidance_scale: number;
                            guidance_rescale: number;
                            /** @description How a prompt was read. */
                            prompt: {
                                /** @description As given, or as the template made it. */
                                text: string;
                                /** @description Read by the model, special ones included. */
                                tokens: number;
                                truncated: boolean;
                                /** @description Words of which the model read nothing, the first 100 at most. */
                                cut: string[];
                            };
                            /** @description How a prompt was read. */
                            negative_prompt?: {
                                /** @description As given, or as the template made it. */
                                text: string;
                                /** @description Read by the model, special ones included. */
                                tokens: number;
                                truncated: boolean;
                                /** @description Words of which the model read nothing, the first 100 at most. */
                                cut: string[];
                            };
                            edit?: {
                                strength: number;
                                film_size: string;
                                /** @description Of the pixels, those that the mask let change. */
                                changed_share?: number;
                            };
                            /** @description Where the time went, in milliseconds. */
                            timings: {
                                decode_ms: number;
                                prepare_ms: number;
                                queue_ms: number;
                                run_ms: number;
                                finish_ms: number;
                                encode_ms: number;
                                run_ms_by_component: {
                                    [key: string]: number;
                                };
                            };
                            /** @description OpenAI's shape. */
                            usage: {
                                /** @description Of both prompts. */
                                input_tokens: number;
                                input_tokens_details: {
                                    text_tokens: number;
                                    image_tokens: number;
                                };
                                /** @description Always 0: images are not made of tokens here. */
                                output_tokens: number;
                                total_tokens: number;
                            };
                        };
                        "text/event-stream": string;
                        "image/png": string;
                        "image/jpeg": string;
                        "image/webp": string;
                        "application/dicom": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A film changed by words: all of it, or where a mask says
         * @description OpenAI's fields and more. A mask with transparent pixels is changed where it is transparent, any other where it is white; outside it the pixels stay as they are. Every image is marked as synthetic in its bytes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       },
                     *       "prompt": "pleural effusion",
                     *       "strength": 0.6
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /**
                         * @description A text, or values for the fields of the model's template.
                         * @example chest radiograph, pneumonia
                         */
                        prompt: string | {
                            [key: string]: string | number | string[];
                        };
                        /** @description What to keep away from; read where guidance_scale is above 1. */
                        negative_prompt?: string;
                        /** @description Images; left out, 1. Image i has seed + i. */
                        n?: number;
                        /**
                         * @description WIDTHxHEIGHT in pixels, in the model's range; auto or left out, its usual size, for an edit the film's.
                         * @example 128x128
                         */
                        size?: string;
                        /** @description Of the sampler; left out, the model's own. */
                        steps?: number;
                        /** @description 1 or less: without guidance and negative prompt. */
                        guidance_scale?: number;
                        /** @description Lin et al. 2023 (2305.08891), section 3.4; left out, the model’s own. */
                        guidance_rescale?: number;
                        /** @description The sampler by name, or with options; left out, the model's own. */
                        scheduler?: ("ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm") | {
                            /** @enum {unknown} */
                            name: "ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm";
                            /** @enum {unknown} */
                            timestep_spacing?: "leading" | "trailing" | "linspace";
                            steps_offset?: number;
                            set_alpha_to_one?: boolean;
                            clip_sample?: boolean;
                            clip_sample_range?: number;
                            thresholding?: boolean;
                            dynamic_thresholding_ratio?: number;
                            sample_max_value?: number;
                            eta?: number;
                            use_clipped_model_output?: boolean;
                            skip_prk_steps?: boolean;
                            use_karras_sigmas?: boolean;
                            /** @enum {unknown} */
                            interpolation_type?: "linear" | "log_linear";
                            /** @enum {unknown} */
                            final_sigmas_type?: "zero" | "sigma_min";
                            /** @enum {unknown} */
                            algorithm_type?: "dpmsolver++" | "sde-dpmsolver++";
                            solver_order?: number;
                            /** @enum {unknown} */
                            solver_type?: "midpoint" | "heun" | "bh1" | "bh2";
                            lower_order_final?: boolean;
                            euler_at_final?: boolean;
                            lambda_min_clipped?: number | null;
                            predict_x0?: boolean;
                            disable_corrector?: number[];
                            original_inference_steps?: number;
                            timestep_scaling?: number;
                        };
                        /** @description 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn. */
                        seed?: number | string;
                        /**
                         * @description Whose random numbers a seed stands for: those of torch on a CPU or on a CUDA device.
                         * @enum {unknown}
                         */
                        noise_source?: "torch-cpu" | "torch-cuda";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                        /**
                         * @description Left out, what `accept` asks for, else png.
                         * @enum {unknown}
                         */
                        output_format?: "png" | "jpeg" | "webp";
                        /** @description Quality of a JPEG or WebP. Left out, 100 for JPEG and without loss for WebP. */
                        output_compression?: number;
                        /** @description Of a PNG; left out, 8. */
                        bit_depth?: 8 | 16;
                        /**
                         * @description The word SYNTHETIC in a strip below the picture or in its upper left corner; left out, none.
                         * @enum {unknown}
                         */
                        banner?: "none" | "border" | "corner";
                        /** @description Whether the prompts stand in the file's metadata, with the seed and the options; left out, true. */
                        embed_prompt?: boolean;
                        /** @description Answer with OpenAI's events, the images in the last of them. */
                        stream?: boolean;
                        /** @description With stream: previews on the way, where the model has them. */
                        partial_images?: number;
                        /** @description With accept: text/event-stream: a small preview after each so many steps, where the model has one. */
                        preview_every?: number;
                        /**
                         * @description url is refused: images come in the answer, nothing is kept to link to.
                         * @enum {unknown}
                         */
                        response_format?: "b64_json" | "url";
                        /**
                         * @description auto or standard; it is decided by steps.
                         * @enum {unknown}
                         */
                        quality?: "auto" | "standard" | "low" | "medium" | "high" | "hd";
                        /**
                         * @description auto or opaque.
                         * @enum {unknown}
                         */
                        background?: "auto" | "opaque" | "transparent";
                        /**
                         * @description auto; prompts are always looked at.
                         * @enum {unknown}
                         */
                        moderation?: "auto" | "low";
                        /**
                         * @description natural.
                         * @enum {unknown}
                         */
                        style?: "natural" | "vivid";
                        /** @description Taken and not looked at. */
                        user?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        mask?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description Change what the mask would keep; left out, false. */
                        mask_invert?: boolean;
                        /** @description How far from the film: the share of the steps that are done; left out, the model's own. */
                        strength?: number;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /**
                         * @description A text, or values for the fields of the model's template.
                         * @example chest radiograph, pneumonia
                         */
                        prompt: string | {
                            [key: string]: string | number | string[];
                        };
                        /** @description What to keep away from; read where guidance_scale is above 1. */
                        negative_prompt?: string;
                        /** @description Images; left out, 1. Image i has seed + i. */
                        n?: number;
                        /**
                         * @description WIDTHxHEIGHT in pixels, in the model's range; auto or left out, its usual size, for an edit the film's.
                         * @example 128x128
                         */
                        size?: string;
                        /** @description Of the sampler; left out, the model's own. */
                        steps?: number;
                        /** @description 1 or less: without guidance and negative prompt. */
                        guidance_scale?: number;
                        /** @description Lin et al. 2023 (2305.08891), section 3.4; left out, the model’s own. */
                        guidance_rescale?: number;
                        /** @description The sampler by name, or with options; left out, the model's own. */
                        scheduler?: ("ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm") | {
                            /** @enum {unknown} */
                            name: "ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm";
                            /** @enum {unknown} */
                            timestep_spacing?: "leading" | "trailing" | "linspace";
                            steps_offset?: number;
                            set_alpha_to_one?: boolean;
                            clip_sample?: boolean;
                            clip_sample_range?: number;
                            thresholding?: boolean;
                            dynamic_thresholding_ratio?: number;
                            sample_max_value?: number;
                            eta?: number;
                            use_clipped_model_output?: boolean;
                            skip_prk_steps?: boolean;
                            use_karras_sigmas?: boolean;
                            /** @enum {unknown} */
                            interpolation_type?: "linear" | "log_linear";
                            /** @enum {unknown} */
                            final_sigmas_type?: "zero" | "sigma_min";
                            /** @enum {unknown} */
                            algorithm_type?: "dpmsolver++" | "sde-dpmsolver++";
                            solver_order?: number;
                            /** @enum {unknown} */
                            solver_type?: "midpoint" | "heun" | "bh1" | "bh2";
                            lower_order_final?: boolean;
                            euler_at_final?: boolean;
                            lambda_min_clipped?: number | null;
                            predict_x0?: boolean;
                            disable_corrector?: number[];
                            original_inference_steps?: number;
                            timestep_scaling?: number;
                        };
                        /** @description 0 to 2^64 − 1, above 2^53 − 1 as a decimal text; left out, one is drawn. */
                        seed?: number | string;
                        /**
                         * @description Whose random numbers a seed stands for: those of torch on a CPU or on a CUDA device.
                         * @enum {unknown}
                         */
                        noise_source?: "torch-cpu" | "torch-cuda";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                        /**
                         * @description Left out, what `accept` asks for, else png.
                         * @enum {unknown}
                         */
                        output_format?: "png" | "jpeg" | "webp";
                        /** @description Quality of a JPEG or WebP. Left out, 100 for JPEG and without loss for WebP. */
                        output_compression?: number;
                        /** @description Of a PNG; left out, 8. */
                        bit_depth?: 8 | 16;
                        /**
                         * @description The word SYNTHETIC in a strip below the picture or in its upper left corner; left out, none.
                         * @enum {unknown}
                         */
                        banner?: "none" | "border" | "corner";
                        /** @description Whether the prompts stand in the file's metadata, with the seed and the options; left out, true. */
                        embed_prompt?: boolean;
                        /** @description Answer with OpenAI's events, the images in the last of them. */
                        stream?: boolean;
                        /** @description With stream: previews on the way, where the model has them. */
                        partial_images?: number;
                        /** @description With accept: text/event-stream: a small preview after each so many steps, where the model has one. */
                        preview_every?: number;
                        /**
                         * @description url is refused: images come in the answer, nothing is kept to link to.
                         * @enum {unknown}
                         */
                        response_format?: "b64_json" | "url";
                        /**
                         * @description auto or standard; it is decided by steps.
                         * @enum {unknown}
                         */
                        quality?: "auto" | "standard" | "low" | "medium" | "high" | "hd";
                        /**
                         * @description auto or opaque.
                         * @enum {unknown}
                         */
                        background?: "auto" | "opaque" | "transparent";
                        /**
                         * @description auto; prompts are always looked at.
                         * @enum {unknown}
                         */
                        moderation?: "auto" | "low";
                        /**
                         * @description natural.
                         * @enum {unknown}
                         */
                        style?: "natural" | "vivid";
                        /** @description Taken and not looked at. */
                        user?: string;
                        /** Format: binary */
                        mask?: string;
                        /** @description Change what the mask would keep; left out, false. */
                        mask_invert?: boolean;
                        /** @description How far from the film: the share of the steps that are done; left out, the model's own. */
                        strength?: number;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description Images, each marked as synthetic in its bytes, and everything that it takes to make them again. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Seconds since 1970. */
                            created: number;
                            data: {
                                /**
                                 * Format: byte
                                 * @description The marked file.
                                 */
                                b64_json: string;
                                /** @description Makes this image again by itself: a number, above 2^53 − 1 a decimal text. */
                                seed: number | string;
                                /** @description Of the file. */
                                sha256: string;
                                /** @description Of its pixels before they were written: 16-bit words, little-endian, row by row. */
                                pixels_sha256: string;
                                /** @description How coloured the model’s picture was before it became gray, 0 to 1; 0 for a model that makes gray. */
                                channel_spread: number;
                            }[];
                            /** @description name@version */
                            model: string;
                            digests: {
                                /** @description Of model.json, which holds the digest of every other file. */
                                model: string;
                            };
                            /** @enum {unknown} */
                            output_format: "png" | "jpeg" | "webp";
                            /** @description WIDTHxHEIGHT as made; a banner in a border adds to the file’s. */
                            size: string;
                            /** @enum {string} */
                            background: "opaque";
                            bit_depth: number;
                            /**
                             * @description What the file says of itself in IPTC's terms.
                             * @enum {unknown}
                             */
                            digital_source_type: "trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia";
                            /** @description Of the first image. */
                            seed: number | string;
                            /** @enum {unknown} */
                            noise_source: "torch-cpu" | "torch-cuda";
                            /** @description Fully resolved, with the timestep of each call of the denoiser. */
                            scheduler: {
                                /** @enum {unknown} */
                                name: "ddim" | "pndm" | "euler" | "euler_ancestral" | "heun" | "lms" | "dpm_solver" | "unipc" | "lcm";
                                /** @enum {unknown} */
                                timestep_spacing?: "leading" | "trailing" | "linspace";
                                steps_offset?: number;
                                set_alpha_to_one?: boolean;
                                clip_sample?: boolean;
                                clip_sample_range?: number;
                                thresholding?: boolean;
                                dynamic_thresholding_ratio?: number;
                                sample_max_value?: number;
                                eta?: number;
                                use_clipped_model_output?: boolean;
                                skip_prk_steps?: boolean;
                                use_karras_sigmas?: boolean;
                                /** @enum {unknown} */
                                interpolation_type?: "linear" | "log_linear";
                                /** @enum {unknown} */
                                final_sigmas_type?: "zero" | "sigma_min";
                                /** @enum {unknown} */
                                algorithm_type?: "dpmsolver++" | "sde-dpmsolver++";
                                solver_order?: number;
                                /** @enum {unknown} */
                                solver_type?: "midpoint" | "heun" | "bh1" | "bh2";
                                lower_order_final?: boolean;
                                euler_at_final?: boolean;
                                lambda_min_clipped?: number | null;
                                predict_x0?: boolean;
                                disable_corrector?: number[];
                                original_inference_steps?: number;
                                timestep_scaling?: number;
                                timesteps: number[];
                            };
                            /** @description Asked for; an edit does a share of them. */
                            steps: number;
                            denoiser_calls: number;
                            guidance_scale: number;
                            guidance_rescale: number;
                            /** @description How a prompt was read. */
                            prompt: {
                                /** @description As given, or as the template made it. */
                                text: string;
                                /** @description Read by the model, special ones included. */
                                tokens: number;
                                truncated: boolean;
                                /** @description Words of which the model read nothing, the first 100 at most. */
                                cut: string[];
                            };
                            /** @description How a prompt was read. */
                            negative_prompt?: {
                                /** @description As given, or as the template made it. */
                                text: string;
                                /** @description Read by the model, special ones included. */
                                tokens: number;
                                truncated: boolean;
                                /** @description Words of which the model read nothing, the first 100 at most. */
                                cut: string[];
                            };
                            edit?: {
                                strength: number;
                                film_size: string;
                                /** @description Of the pixels, those that the mask let change. */
                                changed_share?: number;
                            };
                            /** @description Where the time went, in milliseconds. */
                            timings: {
                                decode_ms: number;
                                prepare_ms: number;
                                queue_ms: number;
                                run_ms: number;
                                finish_ms: number;
                                encode_ms: number;
                                run_ms_by_component: {
                                    [key: string]: number;
                                };
                            };
                            /** @description OpenAI's shape. */
                            usage: {
                                /** @description Of both prompts. */
                                input_tokens: number;
                                input_tokens_details: {
                                    text_tokens: number;
                                    image_tokens: number;
                                };
                                /** @description Always 0: images are not made of tokens here. */
                                output_tokens: number;
                                total_tokens: number;
                            };
                        };
                        "text/event-stream": string;
                        "image/png": string;
                        "image/jpeg": string;
                        "image/webp": string;
                        "application/dicom": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/prepared": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Films exactly as a model sees them
         * @description The pixels after the pack’s own preprocessing, and how they lie on the film. Nothing is run. With accept: image/png, a request for one film answers the picture.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "model": "cxr-align",
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /**
                         * @description Whose default model is meant where none is named; left out, classifications.
                         * @enum {unknown}
                         */
                        task?: "classifications" | "similarities" | "embeddings" | "segmentations" | "reports";
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /**
                         * @description `name` or `name@version`; left out, the task's default.
                         * @example cxr-align
                         * @example cxr-align@1.0.0
                         */
                        model?: string;
                        /**
                         * @description Whose default model is meant where none is named; left out, classifications.
                         * @enum {unknown}
                         */
                        task?: "classifications" | "similarities" | "embeddings" | "segmentations" | "reports";
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description The films as the model is given them. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "prepared_image";
                                index: number;
                                width: number;
                                height: number;
                                /** @description Of the PNG: 1 is gray, 3 is RGB. */
                                channels: number;
                                /**
                                 * Format: byte
                                 * @description The pixels, 8 bit.
                                 */
                                png: string;
                                /** @description Of the tensor: [1, channels, height, width]. Gray is repeated where it has 3 channels. */
                                dims: number[];
                                /** @description prepared = original · scale + offset along each axis, in continuous pixels: pixel i has its centre at i + 0.5. Original is the film after its EXIF orientation. */
                                geometry: {
                                    original: {
                                        width: number;
                                        height: number;
                                    };
                                    prepared: {
                                        width: number;
                                        height: number;
                                    };
                                    scale: {
                                        x: number;
                                        y: number;
                                    };
                                    offset: {
                                        x: number;
                                        y: number;
                                    };
                                    /** @description What of the original the model saw, in pixels of the original. */
                                    seen: {
                                        left: number;
                                        top: number;
                                        right: number;
                                        bottom: number;
                                    };
                                };
                            }[];
                            /** @description What makes numbers of these levels outside the graph, in order: scale and normalize. Empty for most packs, whose graphs do it. */
                            value_steps: ({
                                /** @enum {string} */
                                op: "gray";
                            } | {
                                /** @enum {string} */
                                op: "resize";
                                /** @enum {unknown} */
                                mode: "exact" | "short" | "long";
                                size: number | [
                                    number,
                                    number
                                ];
                                /** @enum {unknown} */
                                interpolation: "area" | "linear" | "bilinear_aa" | "bicubic_aa" | "lanczos";
                                /**
                                 * @description how the side that follows becomes whole: trunc (default), half-even
                                 * @enum {unknown}
                                 */
                                round?: "trunc" | "round";
                            } | {
                                /** @enum {string} */
                                op: "pad";
                                to: (number | [
                                    number,
                                    number
                                ]) | "square";
                                /** @description of square: its side is no smaller, in pixels (MedCLIP) */
                                least?: number;
                                fill: number;
                                /**
                                 * @description where the image lies on the larger canvas
                                 * @enum {unknown}
                                 */
                                anchor: "center-floor" | "top-left";
                            } | {
                                /** @enum {string} */
                                op: "crop";
                                /** @enum {boolean} */
                                center: true;
                                size: number | [
                                    number,
                                    number
                                ];
                                /**
                                 * @description an odd margin: torchvision's half-even (the default), or floor
                                 * @enum {unknown}
                                 */
                                round?: "half-even" | "floor";
                            } | {
                                /** @enum {string} */
                                op: "scale";
                                factor: number;
                            } | {
                                /** @enum {string} */
                                op: "normalize";
                                mean: number[];
                                std: number[];
                            } | {
                                /** @enum {string} */
                                op: "channels";
                                count: 1 | 3;
                            })[];
                            /** @description Exactly which model bytes answered. */
                            model: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                        };
                        "image/png": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indexes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One index, and how far it is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A collection of vectors that can be searched. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "index";
                            name: string;
                            /** @enum {unknown} */
                            metric: "cosine" | "inner" | "l2";
                            dimensions: number;
                            /** @description Exactly which model bytes answered. */
                            model?: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description Vectors of other models are refused. */
                            model_digest?: string;
                            metadata: {
                                [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                            };
                            store_sources: boolean;
                            graph: {
                                m: number;
                                ef_construction: number;
                                ef_search: number;
                                from_items: number;
                                /** @description Items that are in it; the others are searched one by one. */
                                items: number;
                            };
                            items: number;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The model that takes over when it has embedded every item; until then the old one answers. */
                            rebuild?: {
                                /** @enum {unknown} */
                                state: "building" | "failed";
                                /** @description Exactly which model bytes answered. */
                                model?: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                /** @description Embedded so far. */
                                items: number;
                                of: number;
                                error?: string;
                            };
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * Make an index, or move it to another model
         * @description 201 when it is made, 200 when it is there already, 202 when another model takes over in the background. 409 when it is there and defined otherwise.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "model": "cxr-align",
                     *       "metadata": {
                     *         "view": "string",
                     *         "age": "integer"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /**
                         * @description Left out: cosine.
                         * @enum {unknown}
                         */
                        metric?: "cosine" | "inner" | "l2";
                        /** @description `name` or `name@version`; left out, the default for embeddings. It is kept to its version. */
                        model?: string;
                        /** @description For vectors from elsewhere, without a model. */
                        dimensions?: number;
                        /** @description Of the model that makes vectors from elsewhere. */
                        model_digest?: string;
                        /** @description Fields that items may have, at most 16, and their types. Dates are RFC 3339. */
                        metadata?: {
                            [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                        };
                        /** @description Keep films and texts, so that the index can move to another model. Left out: nothing of them is kept. */
                        store_sources?: boolean;
                        /** @description HNSW as pgvector has it, for approximate search. */
                        graph?: {
                            /** @description Neighbours of a node. Left out: 12. */
                            m?: number;
                            /** @description Candidates when a node is added; 2 · m at least. Left out: 48. */
                            ef_construction?: number;
                            /** @description Candidates of a search, at least. Left out: 160. */
                            ef_search?: number;
                            /** @description Items from which on there is a graph. Left out: 5000. */
                            from_items?: number;
                        };
                    };
                };
            };
            responses: {
                /** @description A collection of vectors that can be searched. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "index";
                            name: string;
                            /** @enum {unknown} */
                            metric: "cosine" | "inner" | "l2";
                            dimensions: number;
                            /** @description Exactly which model bytes answered. */
                            model?: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description Vectors of other models are refused. */
                            model_digest?: string;
                            metadata: {
                                [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                            };
                            store_sources: boolean;
                            graph: {
                                m: number;
                                ef_construction: number;
                                ef_search: number;
                                from_items: number;
                                /** @description Items that are in it; the others are searched one by one. */
                                items: number;
                            };
                            items: number;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The model that takes over when it has embedded every item; until then the old one answers. */
                            rebuild?: {
                                /** @enum {unknown} */
                                state: "building" | "failed";
                                /** @description Exactly which model bytes answered. */
                                model?: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                /** @description Embedded so far. */
                                items: number;
                                of: number;
                                error?: string;
                            };
                        };
                    };
                };
                /** @description A collection of vectors that can be searched. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "index";
                            name: string;
                            /** @enum {unknown} */
                            metric: "cosine" | "inner" | "l2";
                            dimensions: number;
                            /** @description Exactly which model bytes answered. */
                            model?: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description Vectors of other models are refused. */
                            model_digest?: string;
                            metadata: {
                                [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                            };
                            store_sources: boolean;
                            graph: {
                                m: number;
                                ef_construction: number;
                                ef_search: number;
                                from_items: number;
                                /** @description Items that are in it; the others are searched one by one. */
                                items: number;
                            };
                            items: number;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The model that takes over when it has embedded every item; until then the old one answers. */
                            rebuild?: {
                                /** @enum {unknown} */
                                state: "building" | "failed";
                                /** @description Exactly which model bytes answered. */
                                model?: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                /** @description Embedded so far. */
                                items: number;
                                of: number;
                                error?: string;
                            };
                        };
                    };
                };
                /** @description A collection of vectors that can be searched. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "index";
                            name: string;
                            /** @enum {unknown} */
                            metric: "cosine" | "inner" | "l2";
                            dimensions: number;
                            /** @description Exactly which model bytes answered. */
                            model?: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description Vectors of other models are refused. */
                            model_digest?: string;
                            metadata: {
                                [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                            };
                            store_sources: boolean;
                            graph: {
                                m: number;
                                ef_construction: number;
                                ef_search: number;
                                from_items: number;
                                /** @description Items that are in it; the others are searched one by one. */
                                items: number;
                            };
                            items: number;
                            /** Format: date-time */
                            created_at: string;
                            /** @description The model that takes over when it has embedded every item; until then the old one answers. */
                            rebuild?: {
                                /** @enum {unknown} */
                                state: "building" | "failed";
                                /** @description Exactly which model bytes answered. */
                                model?: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                /** @description Embedded so far. */
                                items: number;
                                of: number;
                                error?: string;
                            };
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        /** Remove an index with all its items */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is gone. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indexes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Indexes */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                /** @enum {string} */
                                object: "index";
                                name: string;
                                /** @enum {unknown} */
                                metric: "cosine" | "inner" | "l2";
                                dimensions: number;
                                /** @description Exactly which model bytes answered. */
                                model?: {
                                    name: string;
                                    version: string;
                                    /** @description sha256 of model.json, which holds the digest of every other file. */
                                    digest: string;
                                };
                                /** @description Vectors of other models are refused. */
                                model_digest?: string;
                                metadata: {
                                    [key: string]: "string" | "number" | "integer" | "boolean" | "date";
                                };
                                store_sources: boolean;
                                graph: {
                                    m: number;
                                    ef_construction: number;
                                    ef_search: number;
                                    from_items: number;
                                    /** @description Items that are in it; the others are searched one by one. */
                                    items: number;
                                };
                                items: number;
                                /** Format: date-time */
                                created_at: string;
                                /** @description The model that takes over when it has embedded every item; until then the old one answers. */
                                rebuild?: {
                                    /** @enum {unknown} */
                                    state: "building" | "failed";
                                    /** @description Exactly which model bytes answered. */
                                    model?: {
                                        name: string;
                                        version: string;
                                        /** @description sha256 of model.json, which holds the digest of every other file. */
                                        digest: string;
                                    };
                                    /** @description Embedded so far. */
                                    items: number;
                                    of: number;
                                    error?: string;
                                };
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indexes/{name}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Items like a film, a study, a text, a vector or an item
         * @description An index without items answers an empty list.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "text": "pleural effusion",
                     *       "k": 3,
                     *       "filter": {
                     *         "view": {
                     *           "eq": "PA"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description What forms fill: one is a film, more are a study. */
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The films of one study become one vector. */
                        study?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        text?: string;
                        /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                        vector?: number[] | string;
                        /** @description Beside a vector: the `x-model-digest` it came with. */
                        model_digest?: string;
                        /** @description Like this item of the index, which is not among the hits. */
                        item_id?: string;
                        /** @description Hits at most. Left out: 10. */
                        k?: number;
                        /**
                         * @description Conditions on fields of the metadata; all must hold.
                         * @example {
                         *       "view": {
                         *         "in": [
                         *           "PA",
                         *           "AP"
                         *         ]
                         *       },
                         *       "age": {
                         *         "gte": 40,
                         *         "lt": 60
                         *       }
                         *     }
                         */
                        filter?: {
                            [key: string]: {
                                eq?: string | number | boolean;
                                in?: (string | number | boolean)[];
                                gt?: string | number | boolean;
                                gte?: string | number | boolean;
                                lt?: string | number | boolean;
                                lte?: string | number | boolean;
                                exists?: boolean;
                            };
                        };
                        /** @description Hits below it are left out. */
                        min_score?: number;
                        /**
                         * @description auto (the default) takes the graph where there is one and it helps.
                         * @enum {unknown}
                         */
                        mode?: "auto" | "exact" | "approximate";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        study?: string[];
                        text?: string;
                        /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                        vector?: number[] | string;
                        /** @description Beside a vector: the `x-model-digest` it came with. */
                        model_digest?: string;
                        /** @description Like this item of the index, which is not among the hits. */
                        item_id?: string;
                        /** @description Hits at most. Left out: 10. */
                        k?: number;
                        /**
                         * @description Conditions on fields of the metadata; all must hold.
                         * @example {
                         *       "view": {
                         *         "in": [
                         *           "PA",
                         *           "AP"
                         *         ]
                         *       },
                         *       "age": {
                         *         "gte": 40,
                         *         "lt": 60
                         *       }
                         *     }
                         */
                        filter?: {
                            [key: string]: {
                                eq?: string | number | boolean;
                                in?: (string | number | boolean)[];
                                gt?: string | number | boolean;
                                gte?: string | number | boolean;
                                lt?: string | number | boolean;
                                lte?: string | number | boolean;
                                exists?: boolean;
                            };
                        };
                        /** @description Hits below it are left out. */
                        min_score?: number;
                        /**
                         * @description auto (the default) takes the graph where there is one and it helps.
                         * @enum {unknown}
                         */
                        mode?: "auto" | "exact" | "approximate";
                        /** @description The runs of this request share no batch, so the answer is the same bit for bit. */
                        deterministic?: boolean;
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description Items like what was asked with. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description The nearest first. */
                            data: {
                                /** @enum {string} */
                                object: "index.hit";
                                /** @description Greater is nearer: cosine, inner product, or with l2 the distance and a minus. */
                                score: number;
                                id: string;
                                /** @enum {unknown} */
                                kind: "image" | "study" | "text" | "vector";
                                source_digest: string;
                                metadata: {
                                    [key: string]: string | number | boolean;
                                };
                            }[];
                            /**
                             * @description How it was searched.
                             * @enum {unknown}
                             */
                            mode: "exact" | "approximate";
                            /** @description Exactly which model bytes answered. */
                            model?: {
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                            };
                            /** @description Of the model that made the vectors. */
                            model_digest?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description The newest version of every model. */
                            data: {
                                /** @description `name@version`. */
                                id: string;
                                /** @enum {string} */
                                object: "model";
                                /** @description Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here. */
                                created: number;
                                owned_by: string;
                                name: string;
                                version: string;
                                /** @description sha256 of model.json, which holds the digest of every other file. */
                                digest: string;
                                family: string;
                                title: string;
                                tasks: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                                /** @description Tasks that it does when no model is named. */
                                default_for: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                                /**
                                 * @description A cold model is loaded by its first request, an unloaded one by POST …/load only.
                                 * @enum {unknown}
                                 */
                                state: "cold" | "loading" | "ready" | "unloading" | "unloaded" | "failed";
                                /** @description Why it failed. */
                                reason?: string;
                                /** @description False when it gave an answer that could not be used, until it is loaded anew. */
                                healthy: boolean;
                                /** @description Of all its graphs. */
                                bytes: number;
                                /** @description Devices that hold it now; none unless it is ready. */
                                devices: string[];
                                /** @description Its graphs; each is served below /v2 as `name.component`. */
                                components: string[];
                                /** @description Of code, weights and data. */
                                licence: {
                                    code?: string;
                                    weights: string;
                                    data?: string;
                                    gated: boolean;
                                    commercial_use: boolean | string;
                                    attributions?: string[];
                                };
                                /** @description Where the weights come from. */
                                source: {
                                    repository?: string;
                                    commit?: string;
                                    url?: string;
                                    sha256?: string;
                                };
                                citation?: string;
                                intended_use: string;
                                not_for: string;
                                limitations: string[];
                                /** @description Data, size and method. */
                                training?: {
                                    data: string;
                                    size: string;
                                    how: string;
                                };
                                evaluation: {
                                    data: string;
                                    split: string;
                                    n: number;
                                    metric: string;
                                    value: number;
                                    interval?: [
                                        number,
                                        number
                                    ];
                                    baseline?: number | string;
                                    note?: string;
                                }[];
                                /** @description What it outlines in /v1/segmentations, and how to say so. */
                                structures?: {
                                    name: string;
                                    examples: string[];
                                }[];
                                /** @description How it writes in /v1/reports. */
                                reports?: {
                                    /** @description Films that a study may have. */
                                    films: number;
                                    max_tokens: number;
                                    /**
                                     * @description Where a request names none.
                                     * @enum {unknown}
                                     */
                                    method: "greedy" | "beam" | "sample";
                                    /** @description Labels that the text is read for. */
                                    findings: string[];
                                };
                                /** @description The pack's own sets for /v1/classifications. */
                                label_sets: {
                                    name: string;
                                    title?: string;
                                    note?: string;
                                    labels: string[];
                                }[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name` or `name@version`. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What one should know of a model before one trusts it. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description `name@version`. */
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            /** @description Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here. */
                            created: number;
                            owned_by: string;
                            name: string;
                            version: string;
                            /** @description sha256 of model.json, which holds the digest of every other file. */
                            digest: string;
                            family: string;
                            title: string;
                            tasks: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /** @description Tasks that it does when no model is named. */
                            default_for: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /**
                             * @description A cold model is loaded by its first request, an unloaded one by POST …/load only.
                             * @enum {unknown}
                             */
                            state: "cold" | "loading" | "ready" | "unloading" | "unloaded" | "failed";
                            /** @description Why it failed. */
                            reason?: string;
                            /** @description False when it gave an answer that could not be used, until it is loaded anew. */
                            healthy: boolean;
                            /** @description Of all its graphs. */
                            bytes: number;
                            /** @description Devices that hold it now; none unless it is ready. */
                            devices: string[];
                            /** @description Its graphs; each is served below /v2 as `name.component`. */
                            components: string[];
                            /** @description Of code, weights and data. */
                            licence: {
                                code?: string;
                                weights: string;
                                data?: string;
                                gated: boolean;
                                commercial_use: boolean | string;
                                attributions?: string[];
                            };
                            /** @description Where the weights come from. */
                            source: {
                                repository?: string;
                                commit?: string;
                                url?: string;
                                sha256?: string;
                            };
                            citation?: string;
                            intended_use: string;
                            not_for: string;
                            limitations: string[];
                            /** @description Data, size and method. */
                            training?: {
                                data: string;
                                size: string;
                                how: string;
                            };
                            evaluation: {
                                data: string;
                                split: string;
                                n: number;
                                metric: string;
                                value: number;
                                interval?: [
                                    number,
                                    number
                                ];
                                baseline?: number | string;
                                note?: string;
                            }[];
                            /** @description What it outlines in /v1/segmentations, and how to say so. */
                            structures?: {
                                name: string;
                                examples: string[];
                            }[];
                            /** @description How it writes in /v1/reports. */
                            reports?: {
                                /** @description Films that a study may have. */
                                films: number;
                                max_tokens: number;
                                /**
                                 * @description Where a request names none.
                                 * @enum {unknown}
                                 */
                                method: "greedy" | "beam" | "sample";
                                /** @description Labels that the text is read for. */
                                findings: string[];
                            };
                            /** @description The pack's own sets for /v1/classifications. */
                            label_sets: {
                                name: string;
                                title?: string;
                                note?: string;
                                labels: string[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of a model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What one should know of a model before one trusts it. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description `name@version`. */
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            /** @description Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here. */
                            created: number;
                            owned_by: string;
                            name: string;
                            version: string;
                            /** @description sha256 of model.json, which holds the digest of every other file. */
                            digest: string;
                            family: string;
                            title: string;
                            tasks: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /** @description Tasks that it does when no model is named. */
                            default_for: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /**
                             * @description A cold model is loaded by its first request, an unloaded one by POST …/load only.
                             * @enum {unknown}
                             */
                            state: "cold" | "loading" | "ready" | "unloading" | "unloaded" | "failed";
                            /** @description Why it failed. */
                            reason?: string;
                            /** @description False when it gave an answer that could not be used, until it is loaded anew. */
                            healthy: boolean;
                            /** @description Of all its graphs. */
                            bytes: number;
                            /** @description Devices that hold it now; none unless it is ready. */
                            devices: string[];
                            /** @description Its graphs; each is served below /v2 as `name.component`. */
                            components: string[];
                            /** @description Of code, weights and data. */
                            licence: {
                                code?: string;
                                weights: string;
                                data?: string;
                                gated: boolean;
                                commercial_use: boolean | string;
                                attributions?: string[];
                            };
                            /** @description Where the weights come from. */
                            source: {
                                repository?: string;
                                commit?: string;
                                url?: string;
                                sha256?: string;
                            };
                            citation?: string;
                            intended_use: string;
                            not_for: string;
                            limitations: string[];
                            /** @description Data, size and method. */
                            training?: {
                                data: string;
                                size: string;
                                how: string;
                            };
                            evaluation: {
                                data: string;
                                split: string;
                                n: number;
                                metric: string;
                                value: number;
                                interval?: [
                                    number,
                                    number
                                ];
                                baseline?: number | string;
                                note?: string;
                            }[];
                            /** @description What it outlines in /v1/segmentations, and how to say so. */
                            structures?: {
                                name: string;
                                examples: string[];
                            }[];
                            /** @description How it writes in /v1/reports. */
                            reports?: {
                                /** @description Films that a study may have. */
                                films: number;
                                max_tokens: number;
                                /**
                                 * @description Where a request names none.
                                 * @enum {unknown}
                                 */
                                method: "greedy" | "beam" | "sample";
                                /** @description Labels that the text is read for. */
                                findings: string[];
                            };
                            /** @description The pack's own sets for /v1/classifications. */
                            label_sets: {
                                name: string;
                                title?: string;
                                note?: string;
                                labels: string[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Load a model
         * @description Verifies the pack and runs its goldens first.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name` or `name@version`. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What one should know of a model before one trusts it. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description `name@version`. */
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            /** @description Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here. */
                            created: number;
                            owned_by: string;
                            name: string;
                            version: string;
                            /** @description sha256 of model.json, which holds the digest of every other file. */
                            digest: string;
                            family: string;
                            title: string;
                            tasks: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /** @description Tasks that it does when no model is named. */
                            default_for: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /**
                             * @description A cold model is loaded by its first request, an unloaded one by POST …/load only.
                             * @enum {unknown}
                             */
                            state: "cold" | "loading" | "ready" | "unloading" | "unloaded" | "failed";
                            /** @description Why it failed. */
                            reason?: string;
                            /** @description False when it gave an answer that could not be used, until it is loaded anew. */
                            healthy: boolean;
                            /** @description Of all its graphs. */
                            bytes: number;
                            /** @description Devices that hold it now; none unless it is ready. */
                            devices: string[];
                            /** @description Its graphs; each is served below /v2 as `name.component`. */
                            components: string[];
                            /** @description Of code, weights and data. */
                            licence: {
                                code?: string;
                                weights: string;
                                data?: string;
                                gated: boolean;
                                commercial_use: boolean | string;
                                attributions?: string[];
                            };
                            /** @description Where the weights come from. */
                            source: {
                                repository?: string;
                                commit?: string;
                                url?: string;
                                sha256?: string;
                            };
                            citation?: string;
                            intended_use: string;
                            not_for: string;
                            limitations: string[];
                            /** @description Data, size and method. */
                            training?: {
                                data: string;
                                size: string;
                                how: string;
                            };
                            evaluation: {
                                data: string;
                                split: string;
                                n: number;
                                metric: string;
                                value: number;
                                interval?: [
                                    number,
                                    number
                                ];
                                baseline?: number | string;
                                note?: string;
                            }[];
                            /** @description What it outlines in /v1/segmentations, and how to say so. */
                            structures?: {
                                name: string;
                                examples: string[];
                            }[];
                            /** @description How it writes in /v1/reports. */
                            reports?: {
                                /** @description Films that a study may have. */
                                films: number;
                                max_tokens: number;
                                /**
                                 * @description Where a request names none.
                                 * @enum {unknown}
                                 */
                                method: "greedy" | "beam" | "sample";
                                /** @description Labels that the text is read for. */
                                findings: string[];
                            };
                            /** @description The pack's own sets for /v1/classifications. */
                            label_sets: {
                                name: string;
                                title?: string;
                                note?: string;
                                labels: string[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/unload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unload a model
         * @description 409 while a request uses it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name` or `name@version`. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description What one should know of a model before one trusts it. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description `name@version`. */
                            id: string;
                            /** @enum {string} */
                            object: "model";
                            /** @description Seconds since 1970: the date in the pack's manifest, or where it has none, of the file here. */
                            created: number;
                            owned_by: string;
                            name: string;
                            version: string;
                            /** @description sha256 of model.json, which holds the digest of every other file. */
                            digest: string;
                            family: string;
                            title: string;
                            tasks: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /** @description Tasks that it does when no model is named. */
                            default_for: ("embeddings" | "similarities" | "classifications" | "segmentations" | "generations" | "edits" | "reports")[];
                            /**
                             * @description A cold model is loaded by its first request, an unloaded one by POST …/load only.
                             * @enum {unknown}
                             */
                            state: "cold" | "loading" | "ready" | "unloading" | "unloaded" | "failed";
                            /** @description Why it failed. */
                            reason?: string;
                            /** @description False when it gave an answer that could not be used, until it is loaded anew. */
                            healthy: boolean;
                            /** @description Of all its graphs. */
                            bytes: number;
                            /** @description Devices that hold it now; none unless it is ready. */
                            devices: string[];
                            /** @description Its graphs; each is served below /v2 as `name.component`. */
                            components: string[];
                            /** @description Of code, weights and data. */
                            licence: {
                                code?: string;
                                weights: string;
                                data?: string;
                                gated: boolean;
                                commercial_use: boolean | string;
                                attributions?: string[];
                            };
                            /** @description Where the weights come from. */
                            source: {
                                repository?: string;
                                commit?: string;
                                url?: string;
                                sha256?: string;
                            };
                            citation?: string;
                            intended_use: string;
                            not_for: string;
                            limitations: string[];
                            /** @description Data, size and method. */
                            training?: {
                                data: string;
                                size: string;
                                how: string;
                            };
                            evaluation: {
                                data: string;
                                split: string;
                                n: number;
                                metric: string;
                                value: number;
                                interval?: [
                                    number,
                                    number
                                ];
                                baseline?: number | string;
                                note?: string;
                            }[];
                            /** @description What it outlines in /v1/segmentations, and how to say so. */
                            structures?: {
                                name: string;
                                examples: string[];
                            }[];
                            /** @description How it writes in /v1/reports. */
                            reports?: {
                                /** @description Films that a study may have. */
                                films: number;
                                max_tokens: number;
                                /**
                                 * @description Where a request names none.
                                 * @enum {unknown}
                                 */
                                method: "greedy" | "beam" | "sample";
                                /** @description Labels that the text is read for. */
                                findings: string[];
                            };
                            /** @description The pack's own sets for /v1/classifications. */
                            label_sets: {
                                name: string;
                                title?: string;
                                note?: string;
                                labels: string[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The card of a model, to be read by people */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name` or `name@version`. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The card. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                        "text/markdown": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs */
        get: {
            parameters: {
                query?: {
                    state?: "queued" | "running" | "completed" | "failed" | "cancelled";
                    limit?: number;
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description The newest first. */
                            data: {
                                /** Format: uuid */
                                id: string;
                                /** @enum {string} */
                                object: "job";
                                /** @enum {unknown} */
                                state: "queued" | "running" | "completed" | "failed" | "cancelled";
                                request: {
                                    method: string;
                                    path: string;
                                    /** @description Its `x-request-id`. */
                                    id: string;
                                };
                                /** @enum {unknown} */
                                priority: "stat" | "routine" | "batch";
                                /** @description While it is queued; 1 is next. */
                                queue_position?: number;
                                progress?: {
                                    step: number;
                                    of: number;
                                    /** @description Until the end, from the steps so far. */
                                    eta_ms?: number;
                                };
                                /**
                                 * Format: date-time
                                 * @description When it was submitted.
                                 */
                                created_at: string;
                                /**
                                 * Format: date-time
                                 * @description When it was first tried.
                                 */
                                started_at?: string;
                                /**
                                 * Format: date-time
                                 * @description When it was completed, failed or cancelled.
                                 */
                                ended_at?: string;
                                /**
                                 * Format: date-time
                                 * @description When its answer is forgotten.
                                 */
                                expires_at?: string;
                                /** @description How often it was tried. */
                                attempts: number;
                                cancel_requested: boolean;
                                /** @description What `GET /v1/jobs/{id}/result` answers. */
                                result?: {
                                    status: number;
                                    media_type?: string;
                                    bytes: number;
                                };
                                /** @description RFC 9457. docs/errors.md lists the codes. */
                                error?: {
                                    /** Format: uri */
                                    type: string;
                                    title: string;
                                    status: number;
                                    detail: string;
                                    /** @enum {unknown} */
                                    code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                    /** @description Names the request in the log. */
                                    request_id: string;
                                    errors?: {
                                        /** @description RFC 6901 JSON pointer into the body. */
                                        pointer: string;
                                        detail: string;
                                    }[];
                                    /** @description The limit that was passed, as `radserve config` prints it. */
                                    limit?: string;
                                    /**
                                     * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                     * @enum {unknown}
                                     */
                                    reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                    /** @description What the caller would have to be allowed. */
                                    scope?: string;
                                    /** @description The same for OpenAI's clients; below /v1 only. */
                                    error?: {
                                        message: string;
                                        type: string;
                                        param: string | null;
                                        code: string;
                                    };
                                };
                                webhook?: {
                                    /** @enum {unknown} */
                                    state: "waiting" | "delivered" | "failed";
                                    attempts: number;
                                };
                            }[];
                            /** @description Ask again with `after` and the last id. */
                            has_more: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a job has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A request that is answered later. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "job";
                            /** @enum {unknown} */
                            state: "queued" | "running" | "completed" | "failed" | "cancelled";
                            request: {
                                method: string;
                                path: string;
                                /** @description Its `x-request-id`. */
                                id: string;
                            };
                            /** @enum {unknown} */
                            priority: "stat" | "routine" | "batch";
                            /** @description While it is queued; 1 is next. */
                            queue_position?: number;
                            progress?: {
                                step: number;
                                of: number;
                                /** @description Until the end, from the steps so far. */
                                eta_ms?: number;
                            };
                            /**
                             * Format: date-time
                             * @description When it was submitted.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description When it was first tried.
                             */
                            started_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was completed, failed or cancelled.
                             */
                            ended_at?: string;
                            /**
                             * Format: date-time
                             * @description When its answer is forgotten.
                             */
                            expires_at?: string;
                            /** @description How often it was tried. */
                            attempts: number;
                            cancel_requested: boolean;
                            /** @description What `GET /v1/jobs/{id}/result` answers. */
                            result?: {
                                status: number;
                                media_type?: string;
                                bytes: number;
                            };
                            /** @description RFC 9457. docs/errors.md lists the codes. */
                            error?: {
                                /** Format: uri */
                                type: string;
                                title: string;
                                status: number;
                                detail: string;
                                /** @enum {unknown} */
                                code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                /** @description Names the request in the log. */
                                request_id: string;
                                errors?: {
                                    /** @description RFC 6901 JSON pointer into the body. */
                                    pointer: string;
                                    detail: string;
                                }[];
                                /** @description The limit that was passed, as `radserve config` prints it. */
                                limit?: string;
                                /**
                                 * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                 * @enum {unknown}
                                 */
                                reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                /** @description What the caller would have to be allowed. */
                                scope?: string;
                                /** @description The same for OpenAI's clients; below /v1 only. */
                                error?: {
                                    message: string;
                                    type: string;
                                    param: string | null;
                                    code: string;
                                };
                            };
                            webhook?: {
                                /** @enum {unknown} */
                                state: "waiting" | "delivered" | "failed";
                                attempts: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        /**
         * Cancel a job
         * @description One that waits is cancelled at once (200), one that runs stops at its next step (202).
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A request that is answered later. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "job";
                            /** @enum {unknown} */
                            state: "queued" | "running" | "completed" | "failed" | "cancelled";
                            request: {
                                method: string;
                                path: string;
                                /** @description Its `x-request-id`. */
                                id: string;
                            };
                            /** @enum {unknown} */
                            priority: "stat" | "routine" | "batch";
                            /** @description While it is queued; 1 is next. */
                            queue_position?: number;
                            progress?: {
                                step: number;
                                of: number;
                                /** @description Until the end, from the steps so far. */
                                eta_ms?: number;
                            };
                            /**
                             * Format: date-time
                             * @description When it was submitted.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description When it was first tried.
                             */
                            started_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was completed, failed or cancelled.
                             */
                            ended_at?: string;
                            /**
                             * Format: date-time
                             * @description When its answer is forgotten.
                             */
                            expires_at?: string;
                            /** @description How often it was tried. */
                            attempts: number;
                            cancel_requested: boolean;
                            /** @description What `GET /v1/jobs/{id}/result` answers. */
                            result?: {
                                status: number;
                                media_type?: string;
                                bytes: number;
                            };
                            /** @description RFC 9457. docs/errors.md lists the codes. */
                            error?: {
                                /** Format: uri */
                                type: string;
                                title: string;
                                status: number;
                                detail: string;
                                /** @enum {unknown} */
                                code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                /** @description Names the request in the log. */
                                request_id: string;
                                errors?: {
                                    /** @description RFC 6901 JSON pointer into the body. */
                                    pointer: string;
                                    detail: string;
                                }[];
                                /** @description The limit that was passed, as `radserve config` prints it. */
                                limit?: string;
                                /**
                                 * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                 * @enum {unknown}
                                 */
                                reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                /** @description What the caller would have to be allowed. */
                                scope?: string;
                                /** @description The same for OpenAI's clients; below /v1 only. */
                                error?: {
                                    message: string;
                                    type: string;
                                    param: string | null;
                                    code: string;
                                };
                            };
                            webhook?: {
                                /** @enum {unknown} */
                                state: "waiting" | "delivered" | "failed";
                                attempts: number;
                            };
                        };
                    };
                };
                /** @description A request that is answered later. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "job";
                            /** @enum {unknown} */
                            state: "queued" | "running" | "completed" | "failed" | "cancelled";
                            request: {
                                method: string;
                                path: string;
                                /** @description Its `x-request-id`. */
                                id: string;
                            };
                            /** @enum {unknown} */
                            priority: "stat" | "routine" | "batch";
                            /** @description While it is queued; 1 is next. */
                            queue_position?: number;
                            progress?: {
                                step: number;
                                of: number;
                                /** @description Until the end, from the steps so far. */
                                eta_ms?: number;
                            };
                            /**
                             * Format: date-time
                             * @description When it was submitted.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description When it was first tried.
                             */
                            started_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was completed, failed or cancelled.
                             */
                            ended_at?: string;
                            /**
                             * Format: date-time
                             * @description When its answer is forgotten.
                             */
                            expires_at?: string;
                            /** @description How often it was tried. */
                            attempts: number;
                            cancel_requested: boolean;
                            /** @description What `GET /v1/jobs/{id}/result` answers. */
                            result?: {
                                status: number;
                                media_type?: string;
                                bytes: number;
                            };
                            /** @description RFC 9457. docs/errors.md lists the codes. */
                            error?: {
                                /** Format: uri */
                                type: string;
                                title: string;
                                status: number;
                                detail: string;
                                /** @enum {unknown} */
                                code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                /** @description Names the request in the log. */
                                request_id: string;
                                errors?: {
                                    /** @description RFC 6901 JSON pointer into the body. */
                                    pointer: string;
                                    detail: string;
                                }[];
                                /** @description The limit that was passed, as `radserve config` prints it. */
                                limit?: string;
                                /**
                                 * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                 * @enum {unknown}
                                 */
                                reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                /** @description What the caller would have to be allowed. */
                                scope?: string;
                                /** @description The same for OpenAI's clients; below /v1 only. */
                                error?: {
                                    message: string;
                                    type: string;
                                    param: string | null;
                                    code: string;
                                };
                            };
                            webhook?: {
                                /** @enum {unknown} */
                                state: "waiting" | "delivered" | "failed";
                                attempts: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a job answered
         * @description Status, headers and body that the request would have been answered with. 409 before it has ended, 410 when the answer has expired.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As the endpoint answers. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "*/*": unknown;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to a job, as it happens
         * @description Server-sent events `queued`, `running`, `progress`, and at the end `completed`, `failed` or `cancelled`. Each that is kept has an id; with `last-event-id` the stream goes on behind it, on any process of the service.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    /** @description Events up to this one are left out. */
                    "last-event-id"?: number;
                };
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The stream ends with the job. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Films that came in, by study */
        get: {
            parameters: {
                query?: {
                    state?: "receiving" | "complete" | "working" | "done" | "failed";
                    limit?: number;
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description The newest first. */
                            data: {
                                /**
                                 * Format: uuid
                                 * @description Of this service: no UID of the study is told.
                                 */
                                id: string;
                                /** @enum {string} */
                                object: "study";
                                /** @enum {unknown} */
                                state: "receiving" | "complete" | "working" | "done" | "failed";
                                /** @description Above 1: films that came when the study had been complete before. */
                                revision: number;
                                films: number;
                                /**
                                 * Format: date-time
                                 * @description When its first film came.
                                 */
                                created_at: string;
                                /**
                                 * Format: date-time
                                 * @description When it had been quiet for long enough.
                                 */
                                completed_at?: string;
                                /**
                                 * Format: date-time
                                 * @description When every task and delivery had ended.
                                 */
                                ended_at?: string;
                                /** @description Films and results are not kept any more. */
                                cleared: boolean;
                            }[];
                            /** @description Ask again with `after` and the last id. */
                            has_more: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a study */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * Format: uuid
                             * @description Of this service: no UID of the study is told.
                             */
                            id: string;
                            /** @enum {string} */
                            object: "study";
                            /** @enum {unknown} */
                            state: "receiving" | "complete" | "working" | "done" | "failed";
                            /** @description Above 1: films that came when the study had been complete before. */
                            revision: number;
                            films: number;
                            /**
                             * Format: date-time
                             * @description When its first film came.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description When it had been quiet for long enough.
                             */
                            completed_at?: string;
                            /**
                             * Format: date-time
                             * @description When every task and delivery had ended.
                             */
                            ended_at?: string;
                            /** @description Films and results are not kept any more. */
                            cleared: boolean;
                            tasks: {
                                /** Format: uuid */
                                id: string;
                                rule: string;
                                name: string;
                                /** @description Its result goes nowhere. */
                                shadow: boolean;
                                films: number;
                                /** @enum {unknown} */
                                state: "waiting" | "running" | "done" | "unfit" | "failed";
                                /** Format: uuid */
                                job_id?: string;
                                /** @description Of docs/errors.md, where it is unfit or failed. */
                                code?: string;
                                /** @description Why it is unfit. */
                                reason?: string;
                                /** @description What `GET /v1/studies/{id}/tasks/{task}/result` answers. */
                                result?: {
                                    media_type: string;
                                    bytes: number;
                                };
                            }[];
                            deliveries: {
                                /** Format: uuid */
                                id: string;
                                /** @enum {string} */
                                object: "delivery";
                                /** Format: uuid */
                                study_id: string;
                                /** Format: uuid */
                                task_id: string;
                                destination: string;
                                /** @enum {unknown} */
                                state: "waiting" | "delivered" | "dead" | "dropped";
                                attempts: number;
                                /** @description What the last attempt came to: a number of a standard or a word of ours. */
                                code?: string;
                                bytes: number;
                                /**
                                 * Format: date-time
                                 * @description When there was a result to deliver.
                                 */
                                created_at: string;
                                /**
                                 * Format: date-time
                                 * @description While it waits.
                                 */
                                next_attempt_at?: string;
                                /**
                                 * Format: date-time
                                 * @description When it was delivered, given up, or dropped.
                                 */
                                ended_at?: string;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do the failed tasks of a study again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Films of one study that came in. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * Format: uuid
                             * @description Of this service: no UID of the study is told.
                             */
                            id: string;
                            /** @enum {string} */
                            object: "study";
                            /** @enum {unknown} */
                            state: "receiving" | "complete" | "working" | "done" | "failed";
                            /** @description Above 1: films that came when the study had been complete before. */
                            revision: number;
                            films: number;
                            /**
                             * Format: date-time
                             * @description When its first film came.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description When it had been quiet for long enough.
                             */
                            completed_at?: string;
                            /**
                             * Format: date-time
                             * @description When every task and delivery had ended.
                             */
                            ended_at?: string;
                            /** @description Films and results are not kept any more. */
                            cleared: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/studies/{id}/tasks/{task}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The result of a task
         * @description As it was or would have been delivered, for as long as it is kept. It may name the patient.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    task: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In the media type that the task asks for. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom": string;
                        "*/*": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Results on their way; with state=dead, those that nobody took */
        get: {
            parameters: {
                query?: {
                    state?: "waiting" | "delivered" | "dead" | "dropped";
                    limit?: number;
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description The newest first. */
                            data: {
                                /** Format: uuid */
                                id: string;
                                /** @enum {string} */
                                object: "delivery";
                                /** Format: uuid */
                                study_id: string;
                                /** Format: uuid */
                                task_id: string;
                                destination: string;
                                /** @enum {unknown} */
                                state: "waiting" | "delivered" | "dead" | "dropped";
                                attempts: number;
                                /** @description What the last attempt came to: a number of a standard or a word of ours. */
                                code?: string;
                                bytes: number;
                                /**
                                 * Format: date-time
                                 * @description When there was a result to deliver.
                                 */
                                created_at: string;
                                /**
                                 * Format: date-time
                                 * @description While it waits.
                                 */
                                next_attempt_at?: string;
                                /**
                                 * Format: date-time
                                 * @description When it was delivered, given up, or dropped.
                                 */
                                ended_at?: string;
                            }[];
                            /** @description Ask again with `after` and the last id. */
                            has_more: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a result has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A result on its way to a destination. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "delivery";
                            /** Format: uuid */
                            study_id: string;
                            /** Format: uuid */
                            task_id: string;
                            destination: string;
                            /** @enum {unknown} */
                            state: "waiting" | "delivered" | "dead" | "dropped";
                            attempts: number;
                            /** @description What the last attempt came to: a number of a standard or a word of ours. */
                            code?: string;
                            bytes: number;
                            /**
                             * Format: date-time
                             * @description When there was a result to deliver.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description While it waits.
                             */
                            next_attempt_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was delivered, given up, or dropped.
                             */
                            ended_at?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        /** Give a delivery up for good */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A result on its way to a destination. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "delivery";
                            /** Format: uuid */
                            study_id: string;
                            /** Format: uuid */
                            task_id: string;
                            destination: string;
                            /** @enum {unknown} */
                            state: "waiting" | "delivered" | "dead" | "dropped";
                            attempts: number;
                            /** @description What the last attempt came to: a number of a standard or a word of ours. */
                            code?: string;
                            bytes: number;
                            /**
                             * Format: date-time
                             * @description When there was a result to deliver.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description While it waits.
                             */
                            next_attempt_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was delivered, given up, or dropped.
                             */
                            ended_at?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a dead letter again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A result on its way to a destination. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            object: "delivery";
                            /** Format: uuid */
                            study_id: string;
                            /** Format: uuid */
                            task_id: string;
                            destination: string;
                            /** @enum {unknown} */
                            state: "waiting" | "delivered" | "dead" | "dropped";
                            attempts: number;
                            /** @description What the last attempt came to: a number of a standard or a word of ours. */
                            code?: string;
                            bytes: number;
                            /**
                             * Format: date-time
                             * @description When there was a result to deliver.
                             */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description While it waits.
                             */
                            next_attempt_at?: string;
                            /**
                             * Format: date-time
                             * @description When it was delivered, given up, or dropped.
                             */
                            ended_at?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indexes/{name}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items of an index
         * @description With what they were made of as a digest: whoever adds a folder again can leave out what is there.
         */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Left out: 100. */
                    limit?: number;
                };
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description By id, in the order of the bytes of UTF-8. */
                            data: {
                                /** @enum {string} */
                                object: "index.item";
                                id: string;
                                /** @enum {unknown} */
                                kind: "image" | "study" | "text" | "vector";
                                /** @description sha256 of what it was made of. */
                                source_digest: string;
                                metadata: {
                                    [key: string]: string | number | boolean;
                                };
                                /** Format: date-time */
                                created_at: string;
                            }[];
                            /** @description Ask again with `after` and the last id. */
                            has_more: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /**
         * Write items: one, many, or a stream of lines
         * @description An item takes the place of one with the same id. As application/x-ndjson, one item a line, the answer is a line for each as well, sent when the item is written; a line that is wrong does not end the stream.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "id": "study-7/film-1",
                     *       "image": {
                     *         "url": "data:image/png;base64,iVBORw0K…"
                     *       },
                     *       "metadata": {
                     *         "view": "PA"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description Of your own; up to 200 characters. */
                        id?: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description What forms fill: one is a film, more are a study. */
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The films of one study become one vector. */
                        study?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        text?: string;
                        /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                        vector?: number[] | string;
                        /** @description Beside a vector: the `x-model-digest` it came with. */
                        model_digest?: string;
                        /** @description Of the fields that the index has. */
                        metadata?: {
                            [key: string]: string | number | boolean;
                        };
                        /** @description Many at a time, in place of one. */
                        items?: {
                            /** @description Of your own; up to 200 characters. */
                            id: string;
                            /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                            image?: {
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            };
                            /** @description What forms fill: one is a film, more are a study. */
                            images?: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                            /** @description The films of one study become one vector. */
                            study?: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                            text?: string;
                            /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                            vector?: number[] | string;
                            /** @description Beside a vector: the `x-model-digest` it came with. */
                            model_digest?: string;
                            /** @description Of the fields that the index has. */
                            metadata?: {
                                [key: string]: string | number | boolean;
                            };
                        }[];
                    };
                    "application/x-ndjson": {
                        /** @description Of your own; up to 200 characters. */
                        id: string;
                        /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                        image?: {
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        };
                        /** @description What forms fill: one is a film, more are a study. */
                        images?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        /** @description The films of one study become one vector. */
                        study?: ({
                            /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                            data: string;
                        } | {
                            /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                            url: string;
                        } | {
                            dicomweb: {
                                /** @description Name of the server in the configuration; left out, its first. */
                                server?: string;
                                study: string;
                                series: string;
                                instance: string;
                                /** @description Films have one. */
                                frame?: number;
                            };
                        })[];
                        text?: string;
                        /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                        vector?: number[] | string;
                        /** @description Beside a vector: the `x-model-digest` it came with. */
                        model_digest?: string;
                        /** @description Of the fields that the index has. */
                        metadata?: {
                            [key: string]: string | number | boolean;
                        };
                    };
                    "multipart/form-data": {
                        /** @description One part for each file. */
                        image?: string[];
                        /** @description Of your own; up to 200 characters. */
                        id?: string;
                        study?: string[];
                        text?: string;
                        /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                        vector?: number[] | string;
                        /** @description Beside a vector: the `x-model-digest` it came with. */
                        model_digest?: string;
                        /** @description Of the fields that the index has. */
                        metadata?: {
                            [key: string]: string | number | boolean;
                        };
                        /** @description Many at a time, in place of one. */
                        items?: {
                            /** @description Of your own; up to 200 characters. */
                            id: string;
                            /** @description An image file: PNG, JPEG, WebP or TIFF; 8 or 16 bit, gray, RGB or RGBA. A film may be DICOM (CR, DX). */
                            image?: {
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            };
                            /** @description What forms fill: one is a film, more are a study. */
                            images?: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                            /** @description The films of one study become one vector. */
                            study?: ({
                                /** @description The image file in base64 (RFC 4648 section 4, padded, no line breaks). */
                                data: string;
                            } | {
                                /** @description A data: URL in base64. Other URLs are refused: the service fetches nothing. */
                                url: string;
                            } | {
                                dicomweb: {
                                    /** @description Name of the server in the configuration; left out, its first. */
                                    server?: string;
                                    study: string;
                                    series: string;
                                    instance: string;
                                    /** @description Films have one. */
                                    frame?: number;
                                };
                            })[];
                            text?: string;
                            /** @description Numbers, or little-endian float32 in base64 as /v1/embeddings gives them. */
                            vector?: number[] | string;
                            /** @description Beside a vector: the `x-model-digest` it came with. */
                            model_digest?: string;
                            /** @description Of the fields that the index has. */
                            metadata?: {
                                [key: string]: string | number | boolean;
                            };
                        }[];
                    };
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                    "image/tiff": string;
                    "application/dicom": string;
                };
            };
            responses: {
                /** @description What became of each. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            /** @description In the order of the items. */
                            data: {
                                /** @enum {string} */
                                object: "index.added";
                                id?: string;
                                /** @enum {unknown} */
                                status: "written" | "refused";
                                /** @enum {unknown} */
                                kind?: "image" | "study" | "text" | "vector";
                                source_digest?: string;
                                /** @description RFC 9457. docs/errors.md lists the codes. */
                                error?: {
                                    /** Format: uri */
                                    type: string;
                                    title: string;
                                    status: number;
                                    detail: string;
                                    /** @enum {unknown} */
                                    code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                    /** @description Names the request in the log. */
                                    request_id: string;
                                    errors?: {
                                        /** @description RFC 6901 JSON pointer into the body. */
                                        pointer: string;
                                        detail: string;
                                    }[];
                                    /** @description The limit that was passed, as `radserve config` prints it. */
                                    limit?: string;
                                    /**
                                     * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                     * @enum {unknown}
                                     */
                                    reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                    /** @description What the caller would have to be allowed. */
                                    scope?: string;
                                    /** @description The same for OpenAI's clients; below /v1 only. */
                                    error?: {
                                        message: string;
                                        type: string;
                                        param: string | null;
                                        code: string;
                                    };
                                };
                            }[];
                            refused: number;
                        };
                        "application/x-ndjson": {
                            /** @description Of the stream, counted from 1. */
                            line: number;
                            /** @enum {string} */
                            object: "index.added";
                            id?: string;
                            /** @enum {unknown} */
                            status: "written" | "refused";
                            /** @enum {unknown} */
                            kind?: "image" | "study" | "text" | "vector";
                            source_digest?: string;
                            /** @description RFC 9457. docs/errors.md lists the codes. */
                            error?: {
                                /** Format: uri */
                                type: string;
                                title: string;
                                status: number;
                                detail: string;
                                /** @enum {unknown} */
                                code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                                /** @description Names the request in the log. */
                                request_id: string;
                                errors?: {
                                    /** @description RFC 6901 JSON pointer into the body. */
                                    pointer: string;
                                    detail: string;
                                }[];
                                /** @description The limit that was passed, as `radserve config` prints it. */
                                limit?: string;
                                /**
                                 * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                                 * @enum {unknown}
                                 */
                                reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                                /** @description What the caller would have to be allowed. */
                                scope?: string;
                                /** @description The same for OpenAI's clients; below /v1 only. */
                                error?: {
                                    message: string;
                                    type: string;
                                    param: string | null;
                                    code: string;
                                };
                            };
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/indexes/{name}/items/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One item of an index */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "index.item";
                            id: string;
                            /** @enum {unknown} */
                            kind: "image" | "study" | "text" | "vector";
                            /** @description sha256 of what it was made of. */
                            source_digest: string;
                            metadata: {
                                [key: string]: string | number | boolean;
                            };
                            /** Format: date-time */
                            created_at: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        /** Remove an item */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Small letters, digits, dots, - and _. */
                    name: string;
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description It is gone. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            version: string;
                            extensions: string[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is it alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            live: boolean;
                            ready: boolean;
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            live: boolean;
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            live: boolean;
                            ready: boolean;
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/repository/index": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Every version of every model */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Only those that are ready. */
                        ready?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            version: string;
                            /** @enum {unknown} */
                            state: "READY" | "LOADING" | "UNLOADING" | "UNAVAILABLE";
                            reason: string;
                        }[];
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/repository/models/{model}/load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load a model */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Overrides of files and configuration are refused. */
                        parameters?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Empty. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/repository/models/{model}/unload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unload a model */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Overrides of files and configuration are refused. */
                        parameters?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Empty. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of graphs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: string[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statistics of every model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_stats: {
                                name: string;
                                version: string;
                                /** @description Milliseconds since 1970; 0 is never. */
                                last_inference: number;
                                /** @description Rows. */
                                inference_count: number;
                                /** @description Runs; rows a run is the mean batch. */
                                execution_count: number;
                                inference_stats: {
                                    success: {
                                        count: number;
                                        ns: number;
                                    };
                                    /** @description Runs that were cancelled are among them. */
                                    fail: {
                                        count: number;
                                        ns: number;
                                    };
                                    queue: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                };
                                batch_stats: {
                                    /** @description Rows that were run together. */
                                    batch_size: number;
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                }[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs of a graph */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @description Newest first. */
                            versions: string[];
                            platform: string;
                            inputs: {
                                name: string;
                                datatype: string;
                                /** @description -1 where the size is the caller's. */
                                shape: number[];
                            }[];
                            outputs: {
                                name: string;
                                datatype: string;
                                /** @description -1 where the size is the caller's. */
                                shape: number[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the model loaded */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Configuration of a graph */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            platform: string;
                            backend: string;
                            /** @description 0: runs of this graph are not merged, and dims are whole shapes. */
                            max_batch_size: number;
                            input: {
                                name: string;
                                data_type: string;
                                dims: number[];
                            }[];
                            output: {
                                name: string;
                                data_type: string;
                                dims: number[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statistics of a model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_stats: {
                                name: string;
                                version: string;
                                /** @description Milliseconds since 1970; 0 is never. */
                                last_inference: number;
                                /** @description Rows. */
                                inference_count: number;
                                /** @description Runs; rows a run is the mean batch. */
                                execution_count: number;
                                inference_stats: {
                                    success: {
                                        count: number;
                                        ns: number;
                                    };
                                    /** @description Runs that were cancelled are among them. */
                                    fail: {
                                        count: number;
                                        ns: number;
                                    };
                                    queue: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                };
                                batch_stats: {
                                    /** @description Rows that were run together. */
                                    batch_size: number;
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                }[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs of a graph */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** @description Newest first. */
                            versions: string[];
                            platform: string;
                            inputs: {
                                name: string;
                                datatype: string;
                                /** @description -1 where the size is the caller's. */
                                shape: number[];
                            }[];
                            outputs: {
                                name: string;
                                datatype: string;
                                /** @description -1 where the size is the caller's. */
                                shape: number[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the model loaded */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Configuration of a graph */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            platform: string;
                            backend: string;
                            /** @description 0: runs of this graph are not merged, and dims are whole shapes. */
                            max_batch_size: number;
                            input: {
                                name: string;
                                data_type: string;
                                dims: number[];
                            }[];
                            output: {
                                name: string;
                                data_type: string;
                                dims: number[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Statistics of a model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_stats: {
                                name: string;
                                version: string;
                                /** @description Milliseconds since 1970; 0 is never. */
                                last_inference: number;
                                /** @description Rows. */
                                inference_count: number;
                                /** @description Runs; rows a run is the mean batch. */
                                execution_count: number;
                                inference_stats: {
                                    success: {
                                        count: number;
                                        ns: number;
                                    };
                                    /** @description Runs that were cancelled are among them. */
                                    fail: {
                                        count: number;
                                        ns: number;
                                    };
                                    queue: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                };
                                batch_stats: {
                                    /** @description Rows that were run together. */
                                    batch_size: number;
                                    compute_input: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_infer: {
                                        count: number;
                                        ns: number;
                                    };
                                    compute_output: {
                                        count: number;
                                        ns: number;
                                    };
                                }[];
                            }[];
                        };
                    };
                };
                default: components["responses"]["OipError"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run one graph on tensors
         * @description JSON, or JSON with binary tensors behind it. A raw body (header length 0) is the data of the only input.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description `name.component`, or `name` for the first graph of a pack. */
                    model: string;
                };
                cookie?: never;
            };
            /** @description JSON; with Inference-Header-Content-Length its length, and binary tensors behind it. */
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "inputs": [
                     *         {
                     *           "name": "x",
                     *           "shape": [
                     *             1,
                     *             2
                     *           ],
                     *           "datatype": "FP32",
                     *           "data": [
                     *             1,
                     *             2
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Given back. */
                        id?: string;
                        inputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @example FP32
                             * @example INT64
                             * @example UINT8
                             */
                            datatype: string;
                            /** @description Row-major, flat or nested. */
                            data?: unknown[];
                            parameters?: {
                                binary_data_size?: number;
                            };
                        }[];
                        outputs?: {
                            name: string;
                            parameters?: {
                                binary_data?: boolean;
                            };
                        }[];
                        parameters?: {
                            /** @description Every output in binary. */
                            binary_data_output?: boolean;
                            /** @description 1 is stat, 2 routine, above that batch; 0 the default. */
                            priority?: number;
                            /** @description Microseconds; 0 is none. */
                            timeout?: number;
                        };
                    };
                };
            };
            responses: {
                /** @description The outputs, in the forms that were asked for. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_name: string;
                            model_version: string;
                            id?: string;
                            outputs: {
                                name: string;
                                shape: number[];
                                datatype: string;
                                data?: unknown[];
                                parameters?: {
                                    binary_data_size: number;
                                };
                            }[];
                        };
                        "application/octet-stream": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["OipError"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run one graph on tensors
         * @description JSON, or JSON with binary tensors behind it. A raw body (header length 0) is the data of the only input.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            /** @description JSON; with Inference-Header-Content-Length its length, and binary tensors behind it. */
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "inputs": [
                     *         {
                     *           "name": "x",
                     *           "shape": [
                     *             1,
                     *             2
                     *           ],
                     *           "datatype": "FP32",
                     *           "data": [
                     *             1,
                     *             2
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Given back. */
                        id?: string;
                        inputs: {
                            name: string;
                            shape: number[];
                            /**
                             * @example FP32
                             * @example INT64
                             * @example UINT8
                             */
                            datatype: string;
                            /** @description Row-major, flat or nested. */
                            data?: unknown[];
                            parameters?: {
                                binary_data_size?: number;
                            };
                        }[];
                        outputs?: {
                            name: string;
                            parameters?: {
                                binary_data?: boolean;
                            };
                        }[];
                        parameters?: {
                            /** @description Every output in binary. */
                            binary_data_output?: boolean;
                            /** @description 1 is stat, 2 routine, above that batch; 0 the default. */
                            priority?: number;
                            /** @description Microseconds; 0 is none. */
                            timeout?: number;
                        };
                    };
                };
            };
            responses: {
                /** @description The outputs, in the forms that were asked for. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_name: string;
                            model_version: string;
                            id?: string;
                            outputs: {
                                name: string;
                                shape: number[];
                                datatype: string;
                                data?: unknown[];
                                parameters?: {
                                    binary_data_size: number;
                                };
                            }[];
                        };
                        "application/octet-stream": string;
                    };
                };
                202: components["responses"]["Deferred"];
                default: components["responses"]["OipError"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicomweb/studies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Films come in (STOW-RS)
         * @description multipart/related with parts of application/dicom, or one film as the body. 200: all are here; 202: some, 409: none. A film that was here before is accepted, and nothing new comes of it; 503: there is no room now.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Which objects are here and which are not, and why. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dicomweb/studies/{study}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Films come in (STOW-RS)
         * @description multipart/related with parts of application/dicom, or one film as the body. 200: all are here; 202: some, 409: none. A film that was here before is accepted, and nothing new comes of it; 503: there is no room now.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    study: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Which objects are here and which are not, and why. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                /** @description Which objects are here and which are not, and why. */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom+json": unknown;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The event loop turns. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            live: true;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                            /** @description Why not; empty when ready. */
                            reasons: string[];
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                            /** @description Why not; empty when ready. */
                            reasons: string[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The text exposition format. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: {
        /** @description With `prefer: respond-async`: the job, whose URL is in `location`. */
        Deferred: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** Format: uuid */
                    id: string;
                    /** @constant */
                    object: "job";
                    /** @enum {unknown} */
                    state: "queued" | "running" | "completed" | "failed" | "cancelled";
                    request: {
                        method: string;
                        path: string;
                        /** @description Its `x-request-id`. */
                        id: string;
                    };
                    /** @enum {unknown} */
                    priority: "stat" | "routine" | "batch";
                    /** @description While it is queued; 1 is next. */
                    queue_position?: number;
                    progress?: {
                        step: number;
                        of: number;
                        /** @description Until the end, from the steps so far. */
                        eta_ms?: number;
                    };
                    /**
                     * Format: date-time
                     * @description When it was submitted.
                     */
                    created_at: string;
                    /**
                     * Format: date-time
                     * @description When it was first tried.
                     */
                    started_at?: string;
                    /**
                     * Format: date-time
                     * @description When it was completed, failed or cancelled.
                     */
                    ended_at?: string;
                    /**
                     * Format: date-time
                     * @description When its answer is forgotten.
                     */
                    expires_at?: string;
                    /** @description How often it was tried. */
                    attempts: number;
                    cancel_requested: boolean;
                    /** @description What `GET /v1/jobs/{id}/result` answers. */
                    result?: {
                        status: number;
                        media_type?: string;
                        bytes: number;
                    };
                    /** @description RFC 9457. docs/errors.md lists the codes. */
                    error?: {
                        /** Format: uri */
                        type: string;
                        title: string;
                        status: number;
                        detail: string;
                        /** @enum {unknown} */
                        code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                        /** @description Names the request in the log. */
                        request_id: string;
                        errors?: {
                            /** @description RFC 6901 JSON pointer into the body. */
                            pointer: string;
                            detail: string;
                        }[];
                        /** @description The limit that was passed, as `radserve config` prints it. */
                        limit?: string;
                        /**
                         * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                         * @enum {unknown}
                         */
                        reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                        /** @description What the caller would have to be allowed. */
                        scope?: string;
                        /** @description The same for OpenAI's clients; below /v1 only. */
                        error?: {
                            message: string;
                            type: string;
                            param: string | null;
                            code: string;
                        };
                    };
                    webhook?: {
                        /** @enum {unknown} */
                        state: "waiting" | "delivered" | "failed";
                        attempts: number;
                    };
                };
            };
        };
        /** @description What went wrong, as RFC 9457 writes it. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": {
                    /** Format: uri */
                    type: string;
                    title: string;
                    status: number;
                    detail: string;
                    /** @enum {unknown} */
                    code: "unauthenticated" | "forbidden" | "caller_limited" | "identity_unavailable" | "audit_unavailable" | "malformed_body" | "malformed_image" | "image_unfit" | "unsupported_media_type" | "not_acceptable" | "too_large" | "invalid_text" | "prompt_refused" | "invalid_option" | "invalid_tensor" | "model_not_found" | "card_not_found" | "task_not_supported" | "route_not_found" | "model_not_loaded" | "model_invalid" | "model_in_use" | "model_exists" | "model_quarantined" | "model_output_invalid" | "over_budget" | "queue_full" | "deadline_exceeded" | "cancelled" | "lane_failed" | "device_unavailable" | "not_ready" | "draining" | "job_not_found" | "job_not_ended" | "job_ended" | "job_expired" | "job_elsewhere" | "job_lost" | "idempotency_key_reused" | "index_not_found" | "item_not_found" | "index_conflict" | "index_model_mismatch" | "index_elsewhere" | "index_unsupported" | "instance_conflict" | "study_not_found" | "delivery_not_found" | "result_not_kept" | "intake_conflict" | "intake_off" | "invalid_vector" | "state_unavailable" | "storage_full" | "dicom_not_found" | "upstream_failed" | "configuration" | "internal" | "method_not_allowed" | "upload_timeout" | "malformed_request";
                    /** @description Names the request in the log. */
                    request_id: string;
                    errors?: {
                        /** @description RFC 6901 JSON pointer into the body. */
                        pointer: string;
                        detail: string;
                    }[];
                    /** @description The limit that was passed, as `radserve config` prints it. */
                    limit?: string;
                    /**
                     * @description Of image_unfit: why. docs/dicom.md lists the reasons.
                     * @enum {unknown}
                     */
                    reason?: "multi_frame" | "photometric" | "modality" | "body_part" | "view" | "view_unknown" | "for_processing" | "pixel_range" | "lossy_ratio" | "other_patient" | "other_study" | "out_of_distribution";
                    /** @description What the caller would have to be allowed. */
                    scope?: string;
                    /** @description The same for OpenAI's clients; below /v1 only. */
                    error?: {
                        message: string;
                        type: string;
                        param: string | null;
                        code: string;
                    };
                };
            };
        };
        /** @description What went wrong, as the protocol writes it. */
        OipError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    error: string;
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
