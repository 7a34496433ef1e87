"""Importer of GLoRIA (Huang S.-C. et al., ICCV 2021): its checkpoint becomes a pack of the family `dual-encoder`."""
