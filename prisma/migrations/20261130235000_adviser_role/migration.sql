-- A post or a division of MFAT that the desk asks for advice on an application; who gave it has that part in it and no other.
ALTER TYPE "Role" ADD VALUE 'ADVISER' AFTER 'ASSESSOR';
ALTER TYPE "DutyKind" ADD VALUE 'ADVISE' AFTER 'ASSESS';
